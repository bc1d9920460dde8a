// Whether an offset still fits its stream: asked before every (re-)creation of a consumer, because
// a consumer that starts beyond the stream's end is made without complaint. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "messages/port/bus.hpp"

namespace beckon::adapters {

struct offset_verdict {
  enum class fit : std::uint8_t {
    start,     ///< read from `first` on
    look,      ///< the message at the offset's sequence must be compared: `judge_message`
    mismatch,  ///< another stream, or its tail is lost: `why`
  };
  fit what = fit::mismatch;
  std::uint64_t first = 0;
  std::string why = {};
};

/// By the stream alone: another incarnation, nothing handled yet, aged out, tail lost.
offset_verdict judge_stream(const port::stream_offset& after, const port::stream_info& now);

/// By the message found at `after.sequence`; nullopt: it is not there although the stream spans it.
offset_verdict judge_message(const port::stream_offset& after,
                             const std::optional<port::stored_message>& found);

}  // namespace beckon::adapters
