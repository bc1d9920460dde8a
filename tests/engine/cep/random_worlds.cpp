#include "tests/engine/cep/random_worlds.hpp"

#include <algorithm>
#include <limits>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

std::string some_type(dice& d, const std::vector<std::string>& wanted, int percent) {
  if (!wanted.empty() && d.chance(percent))
    return wanted[static_cast<std::size_t>(d.below(static_cast<int>(wanted.size())))];
  return d.any_of({"a", "a", "a", "b", "b", "b", "c", "c", "c", "d", "d", "e", "bg", "r", "der",
                   "outreach_opened"});
}

}  // namespace

event random_event(dice& d, const std::string& type, int second, int serial, bool extreme) {
  constexpr double amounts[] = {0.1, 0.2, 0.3, 0.7, 1.0, 1.5, 0.0, -0.2, -0.3, 2e18, 0.0000019};
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  std::vector<std::pair<std::string, value>> attributes;
  if (d.chance(90)) attributes.push_back({"v", d.below(3)});
  if (d.chance(80)) {
    const bool huge = extreme && d.chance(25);
    attributes.push_back({"x", huge ? value(largest / (1 + d.below(12)) - 1) : value(serial)});
  }
  if (d.chance(60)) attributes.push_back({"s", d.chance(50) ? "p" : "q"});
  if (d.chance(80)) attributes.push_back({"m", amounts[d.below(extreme ? 11 : 7)]});
  if (d.chance(65)) attributes.push_back({"t", at_second(second - 1 + d.below(8))});
  if (d.chance(30)) attributes.push_back({"l", value_list{value(d.below(3)), value(7)}});
  if (d.chance(50)) attributes.push_back({"item.price", d.below(3)});
  if (type != "e" && d.chance(92)) attributes.push_back({"k", d.chance(65) ? "m" : "n"});
  return made_event(type, second, std::move(attributes), "i" + std::to_string(serial));
}

std::deque<input> random_inputs(dice& d, const std::vector<std::string>& wanted, bool extreme) {
  std::deque<input> made;
  int time = d.below(3);
  int clock = 0;
  const bool slow_clock = d.chance(50);
  const int percent = d.chance(60) ? 75 : 100;
  const int n = 6 + d.below(26);
  for (int i = 0; i < n; ++i) {
    time += d.chance(40) ? 0 : 1 + d.below(2);
    const int late = d.chance(15) ? d.below(6) : 0;
    if (!slow_clock || d.chance(20)) clock = std::max(clock, time - d.below(4));
    input in;
    in.clock_before = at_second(clock);
    in.only_clock = d.chance(10);
    in.only_profile = d.chance(6);
    in.level = d.below(3);
    in.store_after = d.chance(30);
    in.content =
        random_event(d, some_type(d, wanted, percent), std::max(0, time - late), i, extreme);
    made.push_back(std::move(in));
  }
  input last;
  last.only_clock = true;
  last.clock_before = at_second(time + 60);
  made.push_back(last);
  return made;
}

std::string describe(const std::deque<input>& inputs) {
  std::string text;
  for (const input& in : inputs) {
    text += "  clock " + std::to_string(to_ms(in.clock_before) / 1000);
    if (in.only_profile) {
      text += "  muted, level " + std::to_string(in.level);
    } else if (!in.only_clock) {
      text += "  " + std::string(small_catalogue()->name(in.content.type)) + " @" +
              std::to_string(to_ms(in.content.time) / 1000) + " " + in.content.id;
      for (const attribute& a : in.content.attributes) {
        const std::string shown_value =
            a.content.as_time() == nullptr
                ? to_display(a.content)
                : "@" + std::to_string(to_ms(*a.content.as_time()) / 1000);
        text += " " + std::string(small_catalogue()->name(a.name)) + "=" + shown_value;
      }
    }
    text += in.store_after ? "  (stored)\n" : "\n";
  }
  return text;
}

}  // namespace beckon::cep::testing
