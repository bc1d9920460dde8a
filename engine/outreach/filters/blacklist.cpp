// blacklist: refuses the subjects it lists (`list`, `ids`). Reason: listed.
#include "engine/outreach/filters/kinds.hpp"
#include "engine/outreach/filters/subject_list.hpp"

namespace beckon::outreach {
namespace {

class blacklist final : public filter {
 public:
  explicit blacklist(subject_list refused) : refused_(std::move(refused)) {}

  verdict judge(const question& q) const noexcept override {
    if (!refused_.contains(q.what.who.id)) return {};
    return {false, "listed"};
  }

 private:
  subject_list refused_;
};

}  // namespace

std::unique_ptr<const filter> make_blacklist(settings_reader& options, const settings& node,
                                             const filter_environment& env, problems& out) {
  auto refused = subject_list::read(options, node, env, out);
  if (!refused) return nullptr;
  return std::make_unique<const blacklist>(std::move(*refused));
}

}  // namespace beckon::outreach
