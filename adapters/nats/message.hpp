// The NATS client's message with an owner, and its parts as string_views.
#pragma once

#include <memory>
#include <string_view>

#include <nats/nats.h>

namespace beckon::adapters {

struct message_destroyer {
  void operator()(natsMsg* message) const noexcept { natsMsg_Destroy(message); }
};
using message_ptr = std::unique_ptr<natsMsg, message_destroyer>;

inline std::string_view data_of(const natsMsg& m) noexcept {
  const char* data = natsMsg_GetData(&m);
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(natsMsg_GetDataLength(&m))};
}

inline std::string_view subject_of(const natsMsg& m) noexcept {
  const char* subject = natsMsg_GetSubject(&m);
  return subject == nullptr ? std::string_view{} : std::string_view{subject};
}

inline std::string_view reply_of(const natsMsg& m) noexcept {
  const char* reply = natsMsg_GetReply(&m);
  return reply == nullptr ? std::string_view{} : std::string_view{reply};
}

/// The header's first value, or "". Not const: the client parses headers when first asked.
inline std::string_view header_of(natsMsg& m, const char* name) noexcept {
  const char* value = nullptr;
  if (natsMsgHeader_Get(&m, name, &value) != NATS_OK || value == nullptr) return {};
  return value;
}

}  // namespace beckon::adapters
