#include "adapters/nats/offset_check.hpp"

namespace beckon::adapters {
namespace {

offset_verdict mismatch(std::string why) {
  return {offset_verdict::fit::mismatch, 0, std::move(why)};
}

}  // namespace

offset_verdict judge_stream(const port::stream_offset& after, const port::stream_info& now) {
  if (after.created_ns != 0 && after.created_ns != now.created_ns) {
    return mismatch("stream '" + now.name + "' is not the one that was read: it was made anew");
  }
  if (after.sequence == 0) return {offset_verdict::fit::start, 1};
  if (after.sequence > now.last) {
    return mismatch("stream '" + now.name + "' ends at " + std::to_string(now.last) +
                    ", before the handled message " + std::to_string(after.sequence));
  }
  if (after.sequence < now.first) return {offset_verdict::fit::start, after.sequence + 1};
  return {offset_verdict::fit::look, after.sequence + 1};
}

offset_verdict judge_message(const port::stream_offset& after,
                             const std::optional<port::stored_message>& found) {
  const auto sequence = std::to_string(after.sequence);
  if (!found) return mismatch("message " + sequence + " is missing inside the stream");
  if (after.broker_time_ns != 0 && found->broker_time_ns != after.broker_time_ns) {
    return mismatch("message " + sequence + " is not the one that was handled: the tail was lost");
  }
  return {offset_verdict::fit::start, after.sequence + 1};
}

}  // namespace beckon::adapters
