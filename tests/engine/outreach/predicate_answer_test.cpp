#include "engine/outreach/predicate_answer.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::outreach {

void PrintTo(const no_answer& why, std::ostream* out) {
  *out << to_string(why);
}

namespace {

using testing::ElementsAre;

const result<field_list> nothing = error{errc::invalid, "no JSON"};

TEST(predicate_answer, passes_and_refuses_as_it_is_told) {
  const auto yes = read_predicate_answer(200, field_list{{"pass", true}, {"reason", "ignored"}});
  EXPECT_EQ(yes.missing, std::nullopt);
  EXPECT_TRUE(yes.said.pass);
  EXPECT_EQ(yes.said.reason, "");
  const auto no = read_predicate_answer(200, field_list{{"pass", false}, {"reason", "risky"}});
  EXPECT_EQ(no.missing, std::nullopt);
  EXPECT_FALSE(no.said.pass);
  EXPECT_EQ(no.said.reason, "risky");
  EXPECT_EQ(read_predicate_answer(200, field_list{{"pass", false}}).said.reason, "refused");
  EXPECT_EQ(read_predicate_answer(200, field_list{{"pass", false}, {"reason", 7}}).said.reason,
            "refused");
}

TEST(predicate_answer, a_204_passes_without_a_body) {
  const auto answer = read_predicate_answer(204, nothing);
  EXPECT_EQ(answer.missing, std::nullopt);
  EXPECT_TRUE(answer.said.pass);
}

TEST(predicate_answer, anything_else_is_no_answer) {
  for (const int status : {201, 202, 301, 400, 401, 404, 429, 500, 503}) {
    EXPECT_EQ(read_predicate_answer(status, field_list{{"pass", true}}).missing, no_answer::status)
        << status;
  }
  EXPECT_EQ(read_predicate_answer(200, nothing).missing, no_answer::bad_answer);
  for (const value& pass : {value(), value("true"), value(1)}) {
    EXPECT_EQ(read_predicate_answer(200, field_list{{"pass", pass}}).missing,
              no_answer::bad_answer);
  }
  EXPECT_EQ(read_predicate_answer(200, field_list{{"ok", true}}).missing, no_answer::bad_answer);
}

TEST(predicate_answer, keeps_a_bounded_number_of_values) {
  const std::string long_text = std::string(199, 'a') + "ä" + std::string(100, 'b');
  field_list body{{"pass", false},
                  {"values.score", 0.9},
                  {"score", 1},
                  {"values.a.b", long_text},
                  {"values.list", value_list{1, 2}}};
  EXPECT_THAT(read_predicate_answer(200, body).said.values,
              ElementsAre(field{"score", 0.9}, field{"a.b", std::string(199, 'a') + "…"},
                          field{"list", "[1, 2]"}));
  for (int i = 0; i < 100; ++i) body.push_back({"values.v" + std::to_string(i), i});
  EXPECT_EQ(read_predicate_answer(200, body).said.values.size(), 16u);
}

TEST(reason_words, lets_only_words_through) {
  reason_words words;
  EXPECT_EQ(words.of("too_risky_2"), "too_risky_2");
  EXPECT_EQ(words.of(std::string(32, 'x')), std::string(32, 'x'));
  for (const std::string& said : {std::string(), std::string(33, 'x'), std::string("Too Risky"),
                                  std::string("user-17"), std::string("ä"), std::string("a\nb")}) {
    EXPECT_EQ(words.of(said), "refused") << said;
  }
}

TEST(reason_words, does_not_take_words_of_ours) {
  reason_words words;
  for (const auto why :
       {no_answer::timeout, no_answer::unreachable, no_answer::too_large, no_answer::status,
        no_answer::bad_answer, no_answer::breaker_open, no_answer::down}) {
    EXPECT_EQ(words.of(to_string(why)), "refused");
  }
  EXPECT_EQ(words.of("filter_down"), "refused");
}

TEST(reason_words, knows_thirty_two_and_no_more) {
  reason_words words;
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(words.of("r" + std::to_string(i)), "r" + std::to_string(i));
  EXPECT_EQ(words.of("one_more"), "refused");
  EXPECT_EQ(words.of("r31"), "r31");
}

}  // namespace
}  // namespace beckon::outreach
