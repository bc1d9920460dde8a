#include "tests/fuzz/ground.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace beckon::fuzz {
namespace {

constexpr std::array<std::string_view, 10> attribute_names{"i", "j", "r", "s", "k",
                                                           "b", "t", "u", "d", "l"};
constexpr std::array<value_type, 10> attribute_types{
    value_type::integer, value_type::integer, value_type::real, value_type::text, value_type::text,
    value_type::boolean, value_type::time,    value_type::time, value_type::span, value_type::list};

constexpr std::array<std::string_view, 8> rule_texts{
    "RULE counts WHEN a AS x AT LEAST 3 TIMES WITHIN 30 min BUT NOT c IN THE LAST 1 day BUT NOT b "
    "FOR 10 min FIRE ONCE PER 1 day RETURN x.i, count(x) AS n, sum(x.r) AS total",
    "RULE keyed SAME k WHEN a AS x AT LEAST 2 DIFFERENT s WITHIN 1 h THEN b AT LEAST 2 TIMES AND "
    "AVG r > 1 WITHIN 2 h UNLESS c FIRE ONCE PER i WITHIN 7 days RETURN first(x.s) AS f, "
    "distinct(x.s) AS n",
    "RULE sums WHEN a AS x SUM r >= 100 WITHIN 1 day FIRE EVERY TIME RETURN max(x.i) AS m",
    "RULE campaign ACTIVE FROM '2024-01-01' TO '2024-01-03' WHEN a AS x SUM i > 1000 FIRE ONCE "
    "RETURN avg(x.r) AS mean, min(x.r) AS least",
    "RULE waits SAME k WHEN a WAIT UNTIL t + 1 h AT MOST 3 days KEEP FIRST FIRE ONCE",
    "RULE compares WHEN a AS x THEN b AS y WHERE i > x.i WITHIN 1 h BUT NOT c THEN NEXT a AT LEAST "
    "2 TIMES IN A ROW WITHIN 1 h ALL WITHIN 3 h UNLESS c WHERE j = x.j FIRE EVERY TIME RETURN "
    "last(y.l) AS list",
    "RULE absent SAME i WHEN b BUT NOT a WHERE r < 0 FOR 1 h WAIT 5 min FIRE ONCE PER k, i",
    "RULE row WHEN c AT LEAST 3 TIMES IN A ROW WITHIN 5 s IF user.level > 3 FIRE ONCE"};

std::shared_ptr<const catalogue> build_catalogue() {
  const entity_declaration user{
      "user", "user_id", {{"level", value_type::integer}, {"tags", value_type::list}}};
  const entity_declaration item{"item", "item_id", {{"price", value_type::real}}};
  std::vector<event_declaration> events;
  for (const char* name : {"a", "b", "c"}) {
    event_declaration& d = events.emplace_back();
    d.name = name;
    d.fields = {{"user_id", value_type::text}, {"item_id", value_type::text}};
    for (std::size_t i = 0; i < attribute_names.size(); ++i) {
      d.fields.push_back({std::string(attribute_names[i]), attribute_types[i]});
    }
    d.subjects = {{"user", {"user_id"}}};
  }
  auto built = catalogue::build({user, item}, std::move(events));
  require(built.ok(), "the catalogue is right");
  return *built;
}

}  // namespace

void broken(std::string_view promise) {
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

const language::environment& ground() {
  static const language::environment made = [] {
    language::named_lists lists;
    lists["known"] = std::make_shared<const std::unordered_set<std::string>>(
        std::unordered_set<std::string>{"x", "7"});
    return language::environment{
        build_catalogue(), std::make_shared<const language::named_lists>(std::move(lists)), "UTC"};
  }();
  return made;
}

const std::shared_ptr<const cep::rule_set>& rules() {
  static const std::shared_ptr<const cep::rule_set> made = [] {
    std::vector<std::shared_ptr<const language::checked_rule>> compiled;
    for (const std::string_view text : rule_texts) {
      const language::compiled_file file = language::compile(text, "fuzz.rule", ground());
      require(file.rule != nullptr,
              file.found.empty() ? "the rules are right" : file.found[0].to_string());
      compiled.push_back(file.rule);
    }
    return cep::rule_set::build(ground().events, std::move(compiled));
  }();
  return made;
}

std::uint8_t byte_reader::byte() {
  if (rest_.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return first;
}

/// Small numbers are likely, and so are the largest there are.
std::int64_t byte_reader::number() {
  const std::uint8_t kind = byte();
  if (kind < 128) return kind % 16;
  if (kind < 160) return std::numeric_limits<std::int64_t>::max() - kind % 4;
  if (kind < 192) return std::numeric_limits<std::int64_t>::min() + kind % 4;
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
  return std::bit_cast<std::int64_t>(bits);
}

value byte_reader::any_value(int depth) {
  switch (byte() % 9) {
    case 0:
      return {};
    case 1:
      return value(byte() % 2 == 1);
    case 2:
      return value(number());
    case 3:
      return value(std::bit_cast<double>(number()));
    case 4:
      return value(static_cast<double>(number()) / 4);
    case 5: {
      std::string text;
      for (int left = byte() % 8; left > 0; --left) text += static_cast<char>(byte() % 0x80);
      return value(std::move(text));
    }
    case 6:
      return value(duration{number()});
    case 7:
      return value(from_ms(number()));
    default: {
      value_list items;
      for (int left = depth > 0 ? byte() % 4 : 0; left > 0; --left) {
        items.push_back(any_value(depth - 1));
      }
      return value(std::move(items));
    }
  }
}

event byte_reader::any_event() {
  const catalogue& events = *ground().events;
  static constexpr std::array<std::string_view, 3> types{"a", "b", "c"};
  event e;
  e.type = *events.type(types[byte() % types.size()]);
  e.time = e.arrival = from_ms(1704067200000 + number() % (std::int64_t{366} * 24 * 3600 * 1000));
  e.id = "e" + std::to_string(byte());
  e.source = "fuzz";
  for (std::size_t i = 0; i < attribute_names.size(); ++i) {
    value content = any_value();
    if (content.type() != attribute_types[i]) continue;
    e.attributes.push_back({*events.attribute(attribute_names[i]), std::move(content)});
  }
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
  return e;
}

field_list byte_reader::any_profile() {
  field_list profile;
  for (const char* name : {"level", "tags", "tz"}) set_field(profile, name, any_value());
  return profile;
}

}  // namespace beckon::fuzz
