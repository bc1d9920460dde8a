#include "adapters/nats/api_json.hpp"

#include <type_traits>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/nats/base64.hpp"
#include "adapters/nats/broker_time.hpp"

namespace beckon::adapters {
namespace {

using json = nlohmann::json;

constexpr int no_message_found = 10037;

errc code_of(int code, int detail, std::string_view description) {
  switch (detail) {
    case 10058:  // stream name in use
    case 10065:  // subjects overlap
    case 10070:  // wrong last message id
    case 10071:  // wrong last sequence
      return errc::conflict;
    case 10002:  // account limits
    case 10023:  // resources
    case 10026:  // consumers
    case 10027:  // streams
    case 10028:  // memory
    case 10047:  // storage
    case 10054:  // message larger than the stream takes
    case 10122:  // stream larger than the account may have
      return errc::exhausted;
    case 10077:  // the store refused: full, or broken
      return description.starts_with("maximum") ? errc::exhausted : errc::unavailable;
    default:
      break;
  }
  if (code == 404) return errc::not_found;
  if (code == 400) return errc::invalid;
  return errc::unavailable;
}

error to_error(const json& problem, std::string_view where) {
  const int code = problem.value("code", 0);
  const int detail = problem.value("err_code", 0);
  const auto description = problem.value("description", std::string{"no description"});
  return {code_of(code, detail, description),
          description + " (" + std::to_string(code) + "/" + std::to_string(detail) + ")",
          std::string{where}};
}

bool none_absent(const json&) {
  return false;
}

/// Runs `read` on the parsed answer; what the JSON library throws becomes `corrupt`. An error for
/// which `absent` holds is no error but an empty T.
template <class T, class Read, class Absent = bool (*)(const json&)>
result<T> read_answer(std::string_view body, std::string_view where, Read read,
                      Absent absent = none_absent) {
  try {
    const json answer = json::parse(body);
    if (const auto problem = answer.find("error"); problem != answer.end()) {
      if constexpr (std::is_default_constructible_v<T>) {
        if (absent(*problem)) return T{};
      }
      return to_error(*problem, where);
    }
    return read(answer);
  } catch (const json::exception& e) {
    return error{errc::corrupt, std::string{"answer cannot be read: "} + e.what(),
                 std::string{where}};
  }
}

error missing(std::string_view what, std::string_view where) {
  return {errc::corrupt, "answer without " + std::string{what}, std::string{where}};
}

result<stream_description> read_stream(const json& answer, std::string_view where) {
  const auto& config = answer.at("config");
  const auto& state = answer.at("state");
  const auto created = parse_broker_time(answer.at("created").get<std::string>());
  if (!created) return missing("a time of creation", where);
  stream_description out;
  out.info.name = config.at("name").get<std::string>();
  out.info.created_ns = *created;
  out.info.first = state.at("first_seq").get<std::uint64_t>();
  out.info.last = state.at("last_seq").get<std::uint64_t>();
  out.info.messages = state.at("messages").get<std::uint64_t>();
  out.info.bytes = state.at("bytes").get<std::uint64_t>();
  if (config.contains("subjects")) {
    out.subjects = config.at("subjects").get<std::vector<std::string>>();
  }
  out.max_bytes = config.value("max_bytes", std::int64_t{-1});
  out.duplicates_ns = config.value("duplicate_window", std::int64_t{0});
  out.configuration = config.dump();
  return out;
}

result<std::optional<port::stored_message>> read_message(const json& answer,
                                                         std::string_view where) {
  const auto& message = answer.at("message");
  const auto stored = parse_broker_time(message.at("time").get<std::string>());
  if (!stored) return missing("a time of storing", where);
  port::stored_message out;
  out.sequence = message.at("seq").get<std::uint64_t>();
  out.broker_time_ns = *stored;
  out.subject = message.value("subject", std::string{});
  const auto data = decode_base64(message.value("data", std::string{}));
  const auto headers = decode_base64(message.value("hdrs", std::string{}));
  if (!data || !headers) return missing("readable content", where);
  out.data = *data;
  out.headers = parse_headers(*headers);
  return std::optional{std::move(out)};
}

void set_limits(json& config, const port::stream_settings& settings) {
  config["max_bytes"] = settings.max_bytes;
  if (settings.duplicates) {
    config["duplicate_window"] =
        std::chrono::duration_cast<std::chrono::nanoseconds>(*settings.duplicates).count();
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string create_stream_request(const port::stream_settings& settings, int replicas) {
  json config = {{"name", settings.name}, {"subjects", settings.subjects},
                 {"retention", "limits"}, {"storage", "file"},
                 {"discard", "new"},      {"num_replicas", replicas},
                 {"max_age", 0},          {"max_msgs", -1},
                 {"max_consumers", -1},   {"max_msg_size", -1}};
  set_limits(config, settings);
  return config.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string update_stream_request(const stream_description& now,
                                  const port::stream_settings& settings) {
  json config = json::parse(now.configuration, nullptr, false);
  set_limits(config, settings);
  return config.dump();
}

std::string create_consumer_request(std::string_view stream, std::string_view consumer,
                                    std::uint64_t first, std::int64_t inactive_ns) {
  const json request = {{"stream_name", stream},
                        {"config",
                         {{"name", consumer},
                          {"deliver_policy", "by_start_sequence"},
                          {"opt_start_seq", first},
                          {"ack_policy", "none"},
                          {"replay_policy", "instant"},
                          {"inactive_threshold", inactive_ns},
                          {"mem_storage", true},
                          {"num_replicas", 1}}}};
  return request.dump();
}

std::string pull_request(std::uint64_t messages, std::int64_t expires_ns,
                         std::int64_t heartbeat_ns) {
  return "{\"batch\":" + std::to_string(messages) + ",\"expires\":" + std::to_string(expires_ns) +
         ",\"idle_heartbeat\":" + std::to_string(heartbeat_ns) + "}";
}

result<void> parse_answer(std::string_view body, std::string_view where) {
  return read_answer<void>(body, where, [](const json&) { return result<void>{}; });
}

result<stream_description> parse_stream_answer(std::string_view body, std::string_view where) {
  return read_answer<stream_description>(
      body, where, [&](const json& answer) { return read_stream(answer, where); });
}

result<std::optional<port::stored_message>> parse_message_answer(std::string_view body,
                                                                 std::string_view where) {
  using message = std::optional<port::stored_message>;
  const auto read = [&](const json& answer) { return read_message(answer, where); };
  return read_answer<message>(body, where, read, [](const json& problem) {
    return problem.value("err_code", 0) == no_message_found;
  });
}

result<port::publish_ack> parse_publish_answer(std::string_view body, std::string_view where) {
  return read_answer<port::publish_ack>(
      body, where, [](const json& answer) -> result<port::publish_ack> {
        return port::publish_ack{answer.at("stream").get<std::string>(),
                                 answer.at("seq").get<std::uint64_t>(),
                                 answer.value("duplicate", false)};
      });
}

std::vector<std::pair<std::string, std::string>> parse_headers(std::string_view block) {
  std::vector<std::pair<std::string, std::string>> out;
  auto line_end = block.find("\r\n");
  while (line_end != std::string_view::npos) {
    block.remove_prefix(line_end + 2);
    line_end = block.find("\r\n");
    const auto line = block.substr(0, line_end);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    out.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return out;
}

}  // namespace beckon::adapters
