#include "adapters/nats/client_options.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace beckon::adapters {
namespace {

constexpr int buffer_bytes = 131'072;
constexpr int connect_ms = 2000;
constexpr int reconnect_ms = 100;
constexpr int reconnect_jitter_ms = 50;
constexpr int ping_ms = 5000;  // a broker that hangs is noticed after the third
constexpr int pings_unanswered = 2;
constexpr int write_deadline_ms = 5000;

natsStatus set_servers(natsOptions* out, const nats_options& from) {
  std::vector<const char*> servers;
  std::string list = from.url;
  for (std::size_t at = 0; at <= list.size();) {
    const auto comma = std::min(list.find(',', at), list.size());
    if (comma < list.size()) list[comma] = '\0';
    servers.push_back(list.c_str() + at);
    at = comma + 1;
  }
  return natsOptions_SetServers(out, servers.data(), static_cast<int>(servers.size()));
}

natsStatus set_identity(natsOptions* out, const nats_options& from) {
  natsStatus s = NATS_OK;
  if (!from.token.empty()) s = natsOptions_SetToken(out, from.token.c_str());
  if (s == NATS_OK && !from.user.empty()) {
    s = natsOptions_SetUserInfo(out, from.user.c_str(), from.password.c_str());
  }
  if (s == NATS_OK && !from.creds_file.empty()) {
    s = natsOptions_SetUserCredentialsFromFiles(out, from.creds_file.c_str(), nullptr);
  }
  if (s == NATS_OK && !from.ca_file.empty()) {
    s = natsOptions_LoadCATrustedCertificates(out, from.ca_file.c_str());
  }
  return s;
}

natsStatus set_patience(natsOptions* out) {
  auto s = natsOptions_SetTimeout(out, connect_ms);
  if (s == NATS_OK) s = natsOptions_SetMaxReconnect(out, -1);
  if (s == NATS_OK) s = natsOptions_SetReconnectWait(out, reconnect_ms);
  if (s == NATS_OK) {
    s = natsOptions_SetReconnectJitter(out, reconnect_jitter_ms, reconnect_jitter_ms);
  }
  // What is published while the broker is away fails at once: nothing may be sent behind its
  // publisher's back.
  if (s == NATS_OK) s = natsOptions_SetReconnectBufSize(out, 1);
  if (s == NATS_OK) s = natsOptions_SetFailRequestsOnDisconnect(out, true);
  if (s == NATS_OK) s = natsOptions_SetPingInterval(out, ping_ms);
  if (s == NATS_OK) s = natsOptions_SetMaxPingsOut(out, pings_unanswered);
  if (s == NATS_OK) s = natsOptions_SetWriteDeadline(out, write_deadline_ms);
  return s;
}

}  // namespace

natsStatus configure_client(natsOptions* out, const nats_options& from, connection_role role) {
  const bool reading = role == connection_role::reading;
  const auto name = from.name + (reading ? " reading" : " publishing");
  auto s = set_servers(out, from);
  if (s == NATS_OK) s = natsOptions_SetName(out, name.c_str());
  if (s == NATS_OK) s = set_identity(out, from);
  if (s == NATS_OK) s = set_patience(out);
  if (s == NATS_OK) s = natsOptions_SetIOBufSize(out, buffer_bytes);
  if (s == NATS_OK) s = natsOptions_SetSendAsap(out, reading);
  if (s == NATS_OK) s = natsOptions_UseGlobalMessageDelivery(out, reading);
  return s;
}

}  // namespace beckon::adapters
