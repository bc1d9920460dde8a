// fatigue: at most `most` sends `within` a rolling window, per `scope` (user, or user+action). The
// window is half-open: a send exactly `within` ago counts no more. Sends later than now count too,
// since replay decides out of order. Reason: capped.
#include "engine/outreach/action.hpp"
#include "engine/outreach/filters/kinds.hpp"

namespace beckon::outreach {
namespace {

constexpr std::int64_t highest_cap = 1'000'000;
constexpr duration longest_window = std::chrono::hours(24 * 366);

class fatigue final : public filter {
 public:
  fatigue(bool per_action, std::size_t most, duration within)
      : per_action_(per_action), most_(most), within_(within) {}

  verdict judge(const question& q) const noexcept override {
    const timestamp after = saturating_add(q.now, -within_);
    const std::string_view action = per_action_ ? std::string_view(q.by.id) : std::string_view();
    const std::size_t count = q.known.sends.count(after, action);
    const bool room = count < most_;
    return {room,
            room ? "" : "capped",
            {{"count", static_cast<std::int64_t>(count)},
             {"most", static_cast<std::int64_t>(most_)},
             {"within", within_}}};
  }

  duration looks_back() const noexcept override { return within_; }

 private:
  bool per_action_;
  std::size_t most_;
  duration within_;
};

}  // namespace

std::unique_ptr<const filter> make_fatigue(settings_reader& options, const settings& node,
                                           const filter_environment&, problems& out) {
  const std::size_t before = out.size();
  const std::string scope = options.choice("scope", {"user", "user+action"}, "user");
  const std::int64_t most = options.integer("most", std::nullopt, 1, highest_cap);
  const duration within = options.span("within");
  if (out.size() != before) return nullptr;
  if (within <= duration::zero() || within > longest_window) {
    out.push_back(node.find("within")->at("'within' must be longer than 0 and at most 366 days"));
    return nullptr;
  }
  return std::make_unique<const fatigue>(scope == "user+action", static_cast<std::size_t>(most),
                                         within);
}

}  // namespace beckon::outreach
