#include "adapters/nats/admin.hpp"

#include <algorithm>
#include <thread>

#include "adapters/nats/names.hpp"

namespace beckon::adapters {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds try_patience = 2s;
constexpr auto between_tries = 100ms;

bool worth_repeating(const error& e) noexcept {
  return e.code == errc::unavailable || e.code == errc::timeout;
}

error bad_name(const std::string& stream) {
  return {errc::invalid, "no name for a stream", "'" + stream + "'"};
}

}  // namespace

result<std::string> admin::ask_once(const std::string& subject, const std::string& body,
                                    steady_time deadline) {
  if (!through_.wait_connected(deadline)) {
    return error{errc::unavailable, "no connection to the broker", subject};
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  auto answer = through_.request(subject, body, std::clamp(left, 1ms, try_patience));
  if (!answer) return answer.error();
  return std::string{data_of(**answer)};
}

template <class Read>
auto admin::ask(std::string_view call, const std::string& stream, const std::string& body,
                Read read) -> decltype(read(std::string_view{}, std::string_view{})) {
  if (!is_stream_name(stream)) return bad_name(stream);
  const auto subject = "$JS.API." + std::string{call} + "." + stream;
  const auto deadline = std::chrono::steady_clock::now() + through_.options().admin_timeout;
  for (;;) {
    const auto body_of_answer = ask_once(subject, body, deadline);
    auto out = body_of_answer ? read(*body_of_answer, subject)
                              : decltype(read("", ""))(body_of_answer.error());
    if (out || !worth_repeating(out.error())) return out;
    if (std::chrono::steady_clock::now() + between_tries >= deadline) {
      return error{errc::unavailable, out.error().message, subject};
    }
    std::this_thread::sleep_for(between_tries);
  }
}

result<stream_description> admin::describe(const std::string& stream) {
  return ask("STREAM.INFO", stream, {}, parse_stream_answer);
}

result<port::stream_info> admin::ensure_stream(const port::stream_settings& settings) {
  auto found = describe(settings.name);
  if (!found && found.error().code == errc::not_found) {
    const auto wish = create_stream_request(settings, through_.options().replicas);
    found = ask("STREAM.CREATE", settings.name, wish, parse_stream_answer);
    // Another node made it meanwhile, or a first attempt did whose answer was lost.
    if (!found && found.error().code == errc::conflict) {
      auto why = found.error();
      found = describe(settings.name);
      if (!found) return why;
    }
  }
  if (!found) return found.error();
  return verify(*found, settings);
}

result<port::stream_info> admin::verify(const stream_description& found,
                                        const port::stream_settings& settings) {
  auto there = found.subjects;
  auto wanted = settings.subjects;
  std::sort(there.begin(), there.end());
  std::sort(wanted.begin(), wanted.end());
  if (there != wanted) {
    return error{errc::conflict, "a stream of this name captures other subjects", settings.name};
  }
  const auto duplicates =
      settings.duplicates
          ? std::chrono::duration_cast<std::chrono::nanoseconds>(*settings.duplicates).count()
          : found.duplicates_ns;
  const auto bytes = settings.max_bytes <= 0 ? -1 : settings.max_bytes;
  if (bytes == found.max_bytes && duplicates == found.duplicates_ns) return found.info;
  auto updated = ask("STREAM.UPDATE", settings.name, update_stream_request(found, settings),
                     parse_stream_answer);
  if (!updated) return updated.error();
  return updated->info;
}

result<std::optional<port::stored_message>> admin::get(const std::string& stream,
                                                       std::uint64_t sequence) {
  if (sequence == 0) return std::optional<port::stored_message>{};
  return ask("STREAM.MSG.GET", stream, "{\"seq\":" + std::to_string(sequence) + "}",
             parse_message_answer);
}

result<std::optional<port::stored_message>> admin::last(const std::string& stream) {
  return ask("STREAM.MSG.GET", stream, R"({"last_by_subj":">"})", parse_message_answer);
}

result<void> admin::purge_below(const std::string& stream, std::uint64_t below) {
  const auto now = describe(stream);
  if (!now) return now.error();
  // The server takes "seq" 0 and 1 for "everything" and a sequence beyond the end for the next one
  // to give.
  const auto up_to = std::min(below, now->info.last + 1);
  if (up_to <= now->info.first || up_to <= 1) return {};
  return ask("STREAM.PURGE", stream, "{\"seq\":" + std::to_string(up_to) + "}", parse_answer);
}

result<void> admin::remove(const std::string& stream, std::uint64_t sequence) {
  return ask("STREAM.MSG.DELETE", stream, "{\"seq\":" + std::to_string(sequence) + "}",
             parse_answer);
}

}  // namespace beckon::adapters
