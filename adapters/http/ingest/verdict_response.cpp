#include "adapters/http/ingest/verdict_response.hpp"

#include <algorithm>

#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

void append_refusal(std::string& out, const port::ingest_verdict& verdict) {
  out += "\"pointer\":";
  codec::append_json_text(out, verdict.pointer);
  out += ",\"message\":";
  codec::append_json_text(out, verdict.message);
  out += "}";
}

}  // namespace

http_response verdict_response(const std::vector<port::ingest_verdict>& verdicts) {
  const auto is_accepted = [](const port::ingest_verdict& v) { return v.accepted; };
  const auto accepted = std::count_if(verdicts.begin(), verdicts.end(), is_accepted);
  const auto rejected = static_cast<std::ptrdiff_t>(verdicts.size()) - accepted;
  const bool none = accepted == 0 && rejected > 0;
  http_response out{none ? 400 : 202};
  out.body.reserve(64 + verdicts.size() * 24);
  out.body += "{";
  if (none) {
    out.body += "\"error\":{";
    append_refusal(out.body, verdicts.front());
    out.body += ",";
  }
  out.body +=
      "\"accepted\":" + std::to_string(accepted) + ",\"rejected\":" + std::to_string(rejected);
  out.body += ",\"items\":[";
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (i > 0) out.body += ",";
    out.body += verdicts[i].accepted ? "{\"status\":\"accepted\"}" : "{\"status\":\"rejected\",";
    if (!verdicts[i].accepted) append_refusal(out.body, verdicts[i]);
  }
  out.body += "]}\n";
  return out;
}

http_response failure_response(const error& failure, int retry_after) {
  switch (failure.code) {
    case errc::invalid:
      return error_response(400, failure.message, failure.where);
    case errc::not_found:
      return error_response(404, failure.message, failure.where);
    case errc::conflict:
      return error_response(409, failure.message, failure.where);
    case errc::unavailable:
    case errc::timeout:
    case errc::exhausted:
      return busy_response(retry_after, failure.message);
    case errc::corrupt:
    case errc::internal:
      break;
  }
  return error_response(500, failure.message);
}

}  // namespace beckon::adapters
