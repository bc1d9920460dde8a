// Whatever the text, compiling ends, within bounds, with a rule or an error; and what compiles
// prints and parses again.
#include <random>

#include <gtest/gtest.h>

#include "engine/language/utf8.hpp"
#include "tests/engine/language/grown_rules.hpp"
#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> rules{
      R"(RULE pay "Remind" SAME order_id WHEN order_placed AS o WHERE amount >= 10 AND coupon IS NULL
BUT NOT order_paid OR order_cancelled FOR 30 min IF user.muted IS NOT TRUE FIRE ONCE PER order_id
RETURN o.order_id AS order_id, o.amount * 2 AS amount
TEST "not paid" 00:00:00 order_placed {order_id: "1", amount: 20} EXPECT FIRE AT 00:30:00 {order_id: "1"})",
      R"(RULE n WHEN item_view AT LEAST 5 DIFFERENT item_id WITHIN 30 min BUT NOT chat_start FOR 10 min
UNLESS chat_start WHERE item_id IN ('a', 'b') OR item_id LIKE 'x%' OR item_id MATCHES '租房|rent'
IF days_since(user.registered_at) < 7 OR coalesce(days_since(user.last_order_at), 9999) >= 90 FIRE ONCE PER 7 days)",
      R"(RULE s FOR user BY target_user_id WHEN user_blocked AS b WHERE event.time - now < 5 s THEN NEXT probe WHERE
CASE WHEN i BETWEEN 1 AND 2 THEN b.reason = 'x' ELSE NOT (r / 2 > -1.5e3) END WITHIN 1 h ALL WITHIN 2 days KEEP FIRST
FIRE EVERY TIME TO EACH favorite RETURN TIME '2024-11-11 00:00 +08:00' AS t, hash_bucket(s, 10, 'salt') AS h)",
      R"(RULE `w` ACTIVE FROM '2024-01-01' TO '2025-01-01' WHEN ANY EVENT SUM i >= 5 AND AVG i > 2 WITHIN 1 h BUT NOT probe IN
THE LAST 5 days WAIT UNTIL t + 1 day AT MOST 30 days FIRE ONCE
TEST "x" STARTS '2024-01-01' GIVEN user {age: 5} 1d 00:00:00.5 probe {l: [1, "a", null]} UNTIL 2d 00:00:00 EXPECT NOTHING)"};
  return rules;
}

void check(const std::string& text) {
  const compiled_file file = compiled(text);
  ASSERT_EQ(file.rule == nullptr, has_errors(file.found)) << text;
  ASSERT_LE(file.found.size(), 100U);
  for (const problem& p : file.found) {
    ASSERT_GE(p.line, 1) << text;
    ASSERT_GE(p.column, 1) << text;
    ASSERT_FALSE(p.message.empty());
    for (std::string_view rest = p.message; !rest.empty(); rest.remove_prefix(utf8_step(rest))) {
      ASSERT_GT(utf8_sequence(rest), 0U) << "a message is UTF-8: " << p.message;
    }
  }
  if (!file.rule) return;
  const compiled_file again = compiled(file.rule->canonical);
  ASSERT_NE(again.rule, nullptr) << text << "\nprints\n"
                                 << file.rule->canonical << listed(again.found);
  ASSERT_EQ(again.rule->canonical, file.rule->canonical) << text;
  ASSERT_EQ(again.rule->version, file.rule->version);
  event e;
  e.type = *shop().events->type("probe");
  scope s;
  s.current = &e;
  for (const return_item& item : file.rule->returns) (void)item.content.evaluate(s);
  if (file.rule->condition) (void)file.rule->condition->holds(s);
}

TEST(random_text, random_bytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string text(random() % 200, ' ');
    const bool printable = i % 2 == 0;
    for (char& c : text) c = static_cast<char>(printable ? 9 + random() % 118 : random());
    check(text);
  }
}

TEST(random_text, changed_bytes_of_rules) {
  std::mt19937 random(2);
  for (int i = 0; i < 6000; ++i) {
    std::string text = seeds()[random() % seeds().size()];
    for (int k = static_cast<int>(random() % 4); k >= 0; --k) {
      if (text.empty()) text = " ";
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random() % 128);
          break;
        case 1:
          text.erase(at, 1 + random() % 8);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 12));
          break;
        default:
          text.resize(at + 1);
          break;
      }
    }
    check(text);
  }
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    const bool part =
        c == '_' || c == '\'' || c == '"' || (c >= '0' && c <= '9') || (c | 0x20) >= 'a';
    if (part) word += c;
    if (!part && !word.empty()) words.push_back(std::exchange(word, {}));
    if (!part) words.emplace_back(1, c);
  }
  return words;
}

TEST(random_text, shuffled_words_of_rules) {
  std::mt19937 random(3);
  std::vector<std::string> words;
  for (const std::string& rule : seeds()) {
    for (std::string& word : words_of(rule)) words.push_back(std::move(word));
  }
  for (int i = 0; i < 6000; ++i) {
    std::vector<std::string> changed = words_of(seeds()[random() % seeds().size()]);
    for (int k = static_cast<int>(random() % 5); k >= 0; --k) {
      const std::size_t at = random() % changed.size();
      if (random() % 3 == 0) {
        std::swap(changed[at], changed[random() % changed.size()]);
      } else {
        changed[at] = words[random() % words.size()];
      }
    }
    std::string text;
    for (const std::string& word : changed) text += word;
    check(text);
  }
}

/// A random expression over `probe`, well-formed but of any types.
std::string grown(std::mt19937& random, int depth) {
  static const std::vector<std::string> leaves{"i",
                                               "j",
                                               "r",
                                               "s",
                                               "b",
                                               "t",
                                               "d",
                                               "l",
                                               "1",
                                               "-2.5",
                                               "'x'",
                                               "TRUE",
                                               "NULL",
                                               "5 s",
                                               "now",
                                               "user.age",
                                               "TIME '2024-01-01 00:00'",
                                               "event.source"};
  const auto part = [&] { return grown(random, depth - 1); };
  if (depth == 0) return leaves[random() % leaves.size()];
  static const std::vector<std::string> operators{" + ",  " - ", " * ",  " / ",   " % ",  " = ",
                                                  " != ", " < ", " >= ", " AND ", " OR ", " LIKE "};
  switch (random() % 9) {
    case 0:
      return "(" + part() + ")" + operators[random() % operators.size()] + "(" + part() + ")";
    case 1:
      return part() + operators[random() % operators.size()] + part();
    case 2:
      return "NOT " + part();
    case 3:
      return "-(" + part() + ")";
    case 4:
      return "(" + part() + ") IS NOT NULL";
    case 5:
      return "(" + part() + ") IN (" + part() + ", " + part() + ")";
    case 6:
      return "CASE WHEN " + part() + " THEN " + part() + " ELSE " + part() + " END";
    case 7:
      return "coalesce(" + part() + ", " + part() + ")";
    default:
      return "abs(" + part() + ")";
  }
}

TEST(random_text, grown_files) {
  std::mt19937 random(5);
  for (int i = 0; i < 1500; ++i) check(grown_file(random));
}

TEST(random_text, grown_expressions) {
  std::mt19937 random(4);
  int good = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text =
        "RULE r WHEN probe FIRE ONCE RETURN " + grown(random, 1 + i % 3) + " AS v";
    check(text);
    good += compiled(text).rule ? 1 : 0;
  }
  EXPECT_GT(good, 1000) << "the generator makes enough sound expressions to mean something";
}

}  // namespace
}  // namespace beckon::language::testing
