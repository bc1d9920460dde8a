// Every kept input, through the target it was found with; and inputs made to cost too much.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "engine/language/format.hpp"
#include "tests/fuzz/ground.hpp"
#include "tests/fuzz/targets.hpp"

namespace beckon::fuzz {
namespace {

void replay(const std::string& target, void (*run)(std::string_view)) {
  int inputs = 0;
  const std::string directory = BECKON_SOURCE_DIR "/tests/fuzz/corpus/" + target;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream in(entry.path(), std::ios::binary);
    run(std::string(std::istreambuf_iterator<char>(in), {}));
    ++inputs;
  }
  EXPECT_GE(inputs, 3) << directory;
}

TEST(corpus, rules) {
  replay("rule", &rule);
}
TEST(corpus, expressions) {
  replay("expression", &expression);
}
TEST(corpus, states) {
  replay("state", &state);
}
TEST(corpus, events) {
  replay("event", &event);
}

TEST(corpus, the_demonstration) {
  for (const auto& entry :
       std::filesystem::directory_iterator(BECKON_SOURCE_DIR "/config/demo/rules")) {
    std::ifstream in(entry.path());
    rule(std::string(std::istreambuf_iterator<char>(in), {}));
  }
}

std::string times(std::string_view part, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += part;
  return out;
}

/// Refused for the reason given, in the time a person would wait.
void is_cut(const std::string& text, const std::string& reason) {
  const auto begun = std::chrono::steady_clock::now();
  const language::compiled_file file = language::compile(text, "bomb.rule", ground());
  rule(text);
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(file.rule, nullptr);
  ASSERT_FALSE(file.found.empty());
  EXPECT_NE(file.found[0].to_string().find(reason), std::string::npos) << file.found[0].to_string();
  EXPECT_LT(took, std::chrono::seconds{20});
}

std::string with_condition(const std::string& e) {
  return "RULE r WHEN a IF " + e + " FIRE ONCE";
}

TEST(bombs, nesting) {
  is_cut(with_condition(times("(", 100'000) + "1"), "nested too deeply");
  is_cut(with_condition(times("NOT ", 50'000) + "b"), "nested too deeply");
  is_cut(with_condition(times("- ", 50'000) + "i"), "nested too deeply");
  is_cut(with_condition(times("CASE WHEN ", 20'000)), "nested too deeply");
  is_cut(with_condition(times("abs(", 50'000)), "nested too deeply");
  is_cut(with_condition("i" + times(" + i", 50'000) + " > 1"), "nested too deeply");
  is_cut("RULE r WHEN a FIRE ONCE TEST \"t\" 00:00:00 a {l: " + times("[", 100'000), "too deeply");
}

TEST(bombs, size) {
  is_cut(times("x", 300 * 1024), "larger than 256 KiB");
  is_cut(with_condition("i IN (1" + times(", 1", 50'000) + ")"), "too long a list");
  is_cut(with_condition("b" + times(" AND b", 40'000)), "too long a list");
  is_cut("RULE r WHEN a " + times("THEN a WITHIN 1 s ", 10'000) + "FIRE ONCE", "at most 32");
  is_cut("RULE r WHEN a" + times(" OR a", 40'000) + " FIRE ONCE", "too long a list of events");
  is_cut(with_condition("s = '" + times("x", 200'000) + "'"), "at most 4096 bytes");
}

TEST(bombs, patterns) {
  is_cut(with_condition("s MATCHES '" + times("(a{1,100}){1,100}", 20) + "'"), "pattern");
  is_cut(with_condition("s MATCHES '" + times("(", 2000) + "'"), "pattern");
  is_cut(with_condition("s MATCHES 'a'" + times(" OR s MATCHES '\\pL{1,50}'", 100)),
         "more than 64 MATCHES");
}

/// What RE2 promises, and LIKE: time linear in the text.
TEST(bombs, texts_that_backtrack) {
  const language::compiled_file file = language::compile(
      "RULE r WHEN a WHERE s MATCHES '(a*)*b' OR s LIKE '" + times("%a", 500) + "%b' FIRE ONCE",
      "bomb.rule", ground());
  ASSERT_NE(file.rule, nullptr);
  beckon::event e;
  e.type = *ground().events->type("a");
  e.attributes = {{*ground().events->attribute("s"), value(times("a", 20'000))}};
  language::scope s;
  s.current = &e;
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(std::get<language::step>(file.rule->clauses[0]).pattern.where->holds(s));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{10});
}

}  // namespace
}  // namespace beckon::fuzz
