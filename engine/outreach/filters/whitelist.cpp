// whitelist: passes only the subjects it lists (`list`, `ids`). Reason: not_listed.
#include "engine/outreach/filters/kinds.hpp"
#include "engine/outreach/filters/subject_list.hpp"

namespace beckon::outreach {
namespace {

class whitelist final : public filter {
 public:
  explicit whitelist(subject_list passed) : passed_(std::move(passed)) {}

  verdict judge(const question& q) const noexcept override {
    if (passed_.contains(q.what.who.id)) return {};
    return {false, "not_listed"};
  }

 private:
  subject_list passed_;
};

}  // namespace

std::unique_ptr<const filter> make_whitelist(settings_reader& options, const settings& node,
                                             const filter_environment& env, problems& out) {
  auto passed = subject_list::read(options, node, env, out);
  if (!passed) return nullptr;
  return std::make_unique<const whitelist>(std::move(*passed));
}

}  // namespace beckon::outreach
