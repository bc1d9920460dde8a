#include "messages/codec/dead_letter.hpp"

#include <gtest/gtest.h>

#include "messages/codec/envelope.hpp"

namespace beckon::codec {
namespace {

dead_letter_row letter(std::string actor, std::string type, std::string input) {
  dead_letter_row l;
  l.actor = std::move(actor);
  l.event_type = std::move(type);
  l.input = std::move(input);
  l.who = {"user", "u1"};
  return l;
}

/// An event that concerns a user twice over, and an item.
std::string entry() {
  const concerned_subject all[] = {{{"item", "i1"}, {"item"}},
                                   {{"user", "u1"}, {"buyer", "owner"}}};
  return encode_entry(7, encode_entry_body(all, "event bytes"), from_ms(5));
}

TEST(dead_letter, of_an_input_names_one_subject_and_its_roles) {
  const auto l = letter("session", "paid", entry());
  EXPECT_EQ(content_of(l), letter_content::input);
  EXPECT_EQ(why_not_redriven(content_of(l)), "");
  const auto input = input_of(l);
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->event, "event bytes");
  EXPECT_EQ(input->who.who, l.who);
  EXPECT_EQ(input->who.roles, (std::vector<std::string>{"buyer", "owner"}));
  EXPECT_EQ(input->redriven, 0u);
}

TEST(dead_letter, counts_how_often_it_was_given_again) {
  auto l = letter("session", "paid", encode_redriven(entry(), 1));
  EXPECT_EQ(times_redriven(l), 1u);
  l.input = encode_redriven(l.input, 2);
  EXPECT_EQ(times_redriven(l), 2u);
  EXPECT_EQ(input_of(l)->event, "event bytes");
  outbox_row row;
  row.redriven = 3;
  EXPECT_EQ(times_redriven(letter("channel inbox", "$delivery remind", encode_outbox(row))), 3u);
  EXPECT_EQ(times_redriven(letter("queue", "", "no envelope")), 0u);
}

TEST(dead_letter, that_is_no_event_of_its_subject_is_not_given_again) {
  EXPECT_EQ(content_of(letter("queue", "", "no envelope")), letter_content::bytes);
  EXPECT_EQ(content_of(letter("rule r", "$decision r", "")), letter_content::decision);
  EXPECT_EQ(content_of(letter("session", "$state", entry())), letter_content::state);
  auto l = letter("session", "paid", entry());
  l.who.id = "u2";
  EXPECT_EQ(content_of(l), letter_content::bytes);
  for (const auto holds : {letter_content::bytes, letter_content::decision, letter_content::state})
    EXPECT_NE(why_not_redriven(holds), "");
}

TEST(dead_letter, of_a_delivery_can_be_given_again) {
  EXPECT_EQ(content_of(letter("channel inbox", "$delivery remind", encode_outbox({}))),
            letter_content::delivery);
  EXPECT_EQ(why_not_redriven(letter_content::delivery), "");
}

}  // namespace
}  // namespace beckon::codec
