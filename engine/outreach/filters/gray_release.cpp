// gray_release: passes `percent` of the subjects (0 to 100, steps of 0.01). A subject's bucket
// never changes, so whoever is in at 5 % is in at 10 %. `salt` (default: the action's id) chooses
// who comes first: filters of equal salt pass the same subjects. Reason: outside.
#include <cmath>

#include "engine/base/hash.hpp"
#include "engine/outreach/action.hpp"
#include "engine/outreach/filters/kinds.hpp"

namespace beckon::outreach {
namespace {

constexpr std::uint64_t buckets = 10'000;

class gray_release final : public filter {
 public:
  gray_release(double percent, std::string salt) : percent_(percent), salt_(std::move(salt)) {}

  verdict judge(const question& q) const noexcept override {
    const std::uint64_t bucket =
        hash_bucket(q.what.who.id, buckets, salt_.empty() ? q.by.id : salt_);
    const bool in = bucket < static_cast<std::uint64_t>(std::llround(percent_ * 100));
    return {in,
            in ? "" : "outside",
            {{"bucket", static_cast<std::int64_t>(bucket)}, {"percent", percent_}}};
  }

 private:
  double percent_;
  std::string salt_;  // empty: the action's id
};

}  // namespace

std::unique_ptr<const filter> make_gray_release(settings_reader& options, const settings&,
                                                const filter_environment&, problems& out) {
  const std::size_t before = out.size();
  const double percent = options.real("percent", std::nullopt, 0, 100);
  std::string salt = options.text("salt", "");
  if (out.size() != before) return nullptr;
  return std::make_unique<const gray_release>(percent, std::move(salt));
}

}  // namespace beckon::outreach
