// The pure parts of the NATS adapter: values in, values out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/nats/ack_subject.hpp"
#include "adapters/nats/api_json.hpp"
#include "adapters/nats/base64.hpp"
#include "adapters/nats/broker_process.hpp"
#include "adapters/nats/broker_time.hpp"
#include "adapters/nats/names.hpp"
#include "adapters/nats/offset_check.hpp"
#include "adapters/nats/publish_reply.hpp"
#include "adapters/nats/pull_window.hpp"
#include "adapters/nats/unacked.hpp"

namespace beckon::adapters {
namespace {

TEST(ack_subject, reads_the_plain_form) {
  const auto at = parse_ack_subject("$JS.ACK.S.C.1.42.7.1700000000123456789.99", "C");
  ASSERT_TRUE(at);
  EXPECT_EQ(at->stream_sequence, 42U);
  EXPECT_EQ(at->consumer_sequence, 7U);
  EXPECT_EQ(at->broker_time_ns, 1'700'000'000'123'456'789);
  EXPECT_EQ(at->pending, 99U);
}

TEST(ack_subject, reads_the_form_with_a_domain) {
  for (const auto* text :
       {"$JS.ACK.hub.ACC.S.C.1.42.7.5.99", "$JS.ACK._.ACC.S.C.1.42.7.5.99.rnd"}) {
    const auto at = parse_ack_subject(text, "C");
    ASSERT_TRUE(at) << text;
    EXPECT_EQ(at->stream_sequence, 42U);
    EXPECT_EQ(at->pending, 99U);
  }
}

TEST(ack_subject, refuses_everything_else) {
  for (const auto* text : {"", "a", "$JS.ACK", "$JS.ACK.S.C.1.42.7.5", "$JS.ACK.S.X.1.42.7.5.9",
                           "$JS.ACK.S.C.1.x.7.5.9", "$JS.ACK.S.C.1.42.7.5.9.1",
                           "$JS.ACK.S.C.1..7.5.9", "$JS.ACK.a.b.S.C.1.2.3.4.5.6.7"}) {
    EXPECT_FALSE(parse_ack_subject(text, "C")) << text;
  }
}

TEST(broker_time, keeps_nanoseconds) {
  EXPECT_EQ(parse_broker_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_broker_time("2024-02-29T12:34:56.123456789Z"), 1'709'210'096'123'456'789);
  EXPECT_EQ(parse_broker_time("2024-02-29T12:34:56.1Z"), 1'709'210'096'100'000'000);
  EXPECT_EQ(parse_broker_time("2024-02-29T14:34:56+02:00"), 1'709'210'096'000'000'000);
}

TEST(broker_time, refuses_what_is_none) {
  for (const auto* text :
       {"", "2024-02-30T00:00:00Z", "2024-02-29 12:34:56Z", "2024-02-29T12:34:56",
        "2024-02-29T12:34:56.Z", "2024-02-29T12:34:56.1234567890Z", "2024-02-29T12:34:56Zx",
        "2024-02-29T-2:34:56Z"}) {
    EXPECT_FALSE(parse_broker_time(text)) << text;
  }
}

TEST(base64, decodes) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("YQ=="), "a");
  EXPECT_EQ(decode_base64("YWI="), "ab");
  EXPECT_EQ(decode_base64("YWJj"), "abc");
  EXPECT_EQ(decode_base64("/+8A"), std::string("\xff\xef\0", 3));
  EXPECT_FALSE(decode_base64("YQ="));
  EXPECT_FALSE(decode_base64("Y!=="));
}

TEST(publish_reply, reads_what_the_broker_writes) {
  for (const auto* text : {R"({"stream":"S","seq":12})", R"({"stream":"S", "seq":12})",
                           R"({"stream":"S", "domain":"hub", "seq":12})"}) {
    const auto ack = parse_publish_reply(text, "a");
    ASSERT_TRUE(ack) << text;
    EXPECT_EQ(ack->stream, "S");
    EXPECT_EQ(ack->sequence, 12U);
    EXPECT_FALSE(ack->duplicate);
  }
  const auto again = parse_publish_reply(R"({"stream":"S", "seq":12,"duplicate": true})", "a");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->duplicate);
}

TEST(publish_reply, tells_errors_apart) {
  const auto code = [](const char* text) { return parse_publish_reply(text, "a").error().code; };
  EXPECT_EQ(code(R"({"error":{"code":503,"err_code":10077,"description":"maximum bytes exceeded"},)"
                 R"("stream":"S","seq":0})"),
            errc::exhausted);
  EXPECT_EQ(code(R"({"error":{"code":503,"err_code":10077,"description":"store is closed"}})"),
            errc::unavailable);
  EXPECT_EQ(code(R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence"}})"),
            errc::conflict);
  EXPECT_EQ(code(R"({"error":"text"})"), errc::corrupt);
  EXPECT_EQ(code(R"({"stream":"S", "seq":)"), errc::corrupt);
  EXPECT_EQ(code(R"({"stream":7, "seq":1})"), errc::corrupt);
  EXPECT_EQ(code("+OK"), errc::corrupt);
}

TEST(headers, are_split_and_trimmed) {
  const auto headers = parse_headers("NATS/1.0\r\nA: 1\r\nB:x:y \r\n\r\n");
  EXPECT_THAT(headers, testing::ElementsAre(testing::Pair("A", "1"), testing::Pair("B", "x:y")));
  EXPECT_TRUE(parse_headers("").empty());
}

TEST(names, follow_the_protocol) {
  EXPECT_TRUE(is_subject("a.b-c.3"));
  EXPECT_FALSE(is_subject("a b"));
  EXPECT_FALSE(is_subject("a.>"));
  EXPECT_FALSE(is_subject("a..b"));
  EXPECT_TRUE(is_stream_name("BECKON_web_3"));
  EXPECT_FALSE(is_stream_name("a.b"));
  EXPECT_FALSE(is_stream_name(""));
}

TEST(offset, fits_by_the_stream_alone) {
  using fit = offset_verdict::fit;
  const port::stream_info now{"S", 77, 10, 20, 11, 0};
  EXPECT_EQ(judge_stream({0, 0, 0}, now).what, fit::start);
  EXPECT_EQ(judge_stream({0, 0, 0}, now).first, 1U);
  EXPECT_EQ(judge_stream({77, 9, 5}, now).what, fit::start) << "aged out";
  EXPECT_EQ(judge_stream({77, 9, 5}, now).first, 10U);
  EXPECT_EQ(judge_stream({77, 10, 5}, now).what, fit::look);
  EXPECT_EQ(judge_stream({77, 20, 5}, now).what, fit::look);
  EXPECT_EQ(judge_stream({77, 21, 5}, now).what, fit::mismatch) << "tail lost";
  EXPECT_EQ(judge_stream({78, 9, 5}, now).what, fit::mismatch) << "made anew";
  EXPECT_EQ(judge_stream({78, 0, 0}, now).what, fit::mismatch)
      << "made anew before anything was read";
  const port::stream_info fresh{"S", 77, 0, 0, 0, 0};
  EXPECT_EQ(judge_stream({77, 3, 5}, fresh).what, fit::mismatch);
  const port::stream_info purged{"S", 77, 21, 20, 0, 0};
  EXPECT_EQ(judge_stream({77, 3, 5}, purged).what, fit::start);
}

TEST(offset, fits_by_its_message) {
  using fit = offset_verdict::fit;
  port::stored_message found;
  found.sequence = 12;
  found.broker_time_ns = 5;
  EXPECT_EQ(judge_message({77, 12, 5}, found).what, fit::start);
  EXPECT_EQ(judge_message({77, 12, 5}, found).first, 13U);
  EXPECT_EQ(judge_message({77, 12, 6}, found).what, fit::mismatch);
  EXPECT_EQ(judge_message({77, 12, 5}, std::nullopt).what, fit::mismatch);
}

TEST(pull_window, never_asks_for_more_than_granted) {
  pull_window window(64);
  EXPECT_EQ(window.next_request(), 0U);
  window.grant(10);
  EXPECT_EQ(window.next_request(), 10U);
  EXPECT_EQ(window.next_request(), 0U);
  window.grant(1000);
  EXPECT_EQ(window.next_request(), 246U) << "four batches under way at most";
  EXPECT_EQ(window.next_request(), 0U);
  EXPECT_EQ(window.asked() + window.credit(), 1010U);
}

TEST(pull_window, collects_trickling_credit) {
  pull_window window(64);
  window.grant(256);
  EXPECT_EQ(window.next_request(), 256U);
  window.grant(1);
  EXPECT_EQ(window.next_request(), 0U);
  EXPECT_TRUE(window.received(64, 100));
  EXPECT_EQ(window.next_request(), 0U) << "one message is not worth a request yet";
  window.grant(63);
  EXPECT_EQ(window.next_request(), 64U);
  EXPECT_TRUE(window.received(256, 100));
  window.grant(1);
  EXPECT_EQ(window.next_request(), 1U) << "nothing is under way: even one";
}

TEST(pull_window, gives_back_what_did_not_come) {
  pull_window window(64);
  window.grant(100);
  EXPECT_EQ(window.next_request(), 100U);
  EXPECT_TRUE(window.received(30, 100));
  window.expired(70);
  EXPECT_EQ(window.asked(), 0U);
  EXPECT_EQ(window.next_request(), 70U);
  window.reset();
  EXPECT_EQ(window.credit(), 70U);
  EXPECT_FALSE(window.received(1, 100)) << "more than was asked for";
}

TEST(pull_window, keeps_within_its_bytes) {
  pull_window window(64);
  window.grant(10'000);
  window.set_budget(1'000'000);
  EXPECT_EQ(window.next_request(), 30U) << "32 KiB a message are assumed before one was seen";
  EXPECT_TRUE(window.received(30, 30 * 50'000));
  EXPECT_EQ(window.next_request(), 20U) << "larger ones count at once";
  for (int i = 0; i < 40; ++i) {
    window.received(1, 200);
    window.next_request();
  }
  EXPECT_GT(window.asked(), 150U) << "smaller ones after a while";
  EXPECT_TRUE(window.received(window.asked(), 5'000'000'000));
  EXPECT_EQ(window.next_request(), 1U) << "one message always may come";
}

TEST(unacked, gives_each_publish_once) {
  unacked table;
  const auto entry = [](const char* subject, int deadline) {
    return unacked_publish{[](const result<port::publish_ack>&) {}, subject, 1,
                           steady_time(std::chrono::seconds(deadline))};
  };
  for (std::uint64_t n = 5; n < 9; ++n)
    table.add(n, entry(std::to_string(n).c_str(), static_cast<int>(n)));
  EXPECT_FALSE(table.take(4).done);
  EXPECT_FALSE(table.take(9).done);
  EXPECT_EQ(table.take(6).subject, "6");
  EXPECT_FALSE(table.take(6).done);
  EXPECT_EQ(table.take(5).subject, "5");
  EXPECT_TRUE(table.take_due(steady_time(std::chrono::seconds(6))).empty());
  const auto due = table.take_due(steady_time(std::chrono::seconds(7)));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due.front().subject, "7");
  EXPECT_EQ(table.take_all().size(), 1U);
  table.add(9, entry("9", 9));
  EXPECT_EQ(table.take(9).subject, "9");
}

TEST(broker_configuration, holds_no_text_that_could_become_an_option) {
  broker_settings settings;
  settings.work_dir = "/data";
  settings.store_dir = "/data/broker";
  settings.token = "t";
  settings.server_name = "n";
  const auto text = broker_configuration(settings);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("max_file_store: 1099511627776"), std::string::npos)
      << "or streams could not be made where little is free";
  EXPECT_THAT(*text, testing::HasSubstr("host: \"127.0.0.1\""));
  EXPECT_THAT(*text, testing::HasSubstr("port: -1"));
  settings.store_dir = "/data\"\nport: 4222";
  const auto bad = broker_configuration(settings);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, errc::invalid);
}

TEST(update_stream, keeps_the_rest_of_the_configuration) {
  stream_description now;
  now.configuration = R"({"name":"S","max_bytes":10,"num_replicas":3,"duplicate_window":5})";
  port::stream_settings wish;
  wish.max_bytes = 20;
  EXPECT_EQ(update_stream_request(now, wish),
            R"({"duplicate_window":5,"max_bytes":20,"name":"S","num_replicas":3})");
}

}  // namespace
}  // namespace beckon::adapters
