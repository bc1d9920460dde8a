// Which addresses a webhook may reach: against server-side request forgery every address is checked
// when its socket is made, after name resolution, so that a name that resolves to an inner address
// is refused too. Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890). Pure;
// any thread.
#pragma once

#include <sys/socket.h>

namespace beckon::adapters {

/// Whether the address is one of the public internet: not private, loopback, link-local, shared
/// (RFC 6598), multicast, reserved or for documentation; an IPv4 address inside an IPv6 one
/// (mapped, NAT64, 6to4) is judged itself. Other families than IPv4 and IPv6 are not public.
bool is_public(const sockaddr& address) noexcept;

}  // namespace beckon::adapters
