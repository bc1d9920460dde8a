#include "adapters/curl/answer.hpp"

#include <algorithm>
#include <utility>

namespace beckon::adapters {
namespace {

using port::delivery_outcome;

/// A provider may ask for patience, not for ever.
constexpr duration longest_patience = std::chrono::hours{24};

delivery_outcome outcome_of(long status) {
  if (status >= 200 && status < 300) return delivery_outcome::delivered;
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    return delivery_outcome::busy;
  }
  return delivery_outcome::refused;
}

bool could_never_be_sent(CURLcode code) {
  return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
}

}  // namespace

port::receipt judge(const attempt_end& end) {
  port::receipt out;
  if (end.status != 0) {
    out.outcome = outcome_of(end.status);
    out.detail = end.status_text.empty() ? std::to_string(end.status) : end.status_text;
    if (out.outcome == delivery_outcome::busy && end.retry_after) {
      out.retry_after = std::clamp(*end.retry_after, duration::zero(), longest_patience);
    }
    return out;
  }
  if (end.address_refused) {
    return {delivery_outcome::refused, "the host's address is private; not allowed here", {}};
  }
  out.detail = end.failure.empty() ? curl_easy_strerror(end.code) : end.failure;
  out.outcome = delivery_outcome::busy;
  if (could_never_be_sent(end.code)) out.outcome = delivery_outcome::refused;
  if (end.may_have_been_sent) out.outcome = delivery_outcome::unknown;
  return out;
}

}  // namespace beckon::adapters
