// What the answer of somebody a filter asks means. Pure.
//   200 and {"pass": true | false, "reason": "word", "values": {…}}: that, `reason` and `values`
//   being optional; 204: pass; anything else is no answer, and the filter's fail policy decides.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/outreach/filter.hpp"

namespace beckon::outreach {

/// Why there is no answer.
enum class no_answer : std::uint8_t {
  timeout,       ///< none came in time
  unreachable,   ///< nobody could be asked, or the connection broke
  too_large,     ///< it was longer than is read
  status,        ///< another status than 200 and 204
  bad_answer,    ///< 200 with something else than such JSON
  breaker_open,  ///< nobody was asked: the endpoint fails, and is left alone for a while
  down,          ///< who asks failed
};
/// "ask_timeout", …: the reason of the verdict that the fail policy gives.
std::string_view to_string(no_answer why) noexcept;

struct predicate_answer {
  std::optional<no_answer> missing;
  verdict said;  ///< where nothing is missing
};

/// `body`: the JSON object that came, as codec::json_reader reads it (nested objects flattened);
/// looked at with 200 only. Of `values` the first 16 are kept, texts cut at 200 bytes.
predicate_answer read_predicate_answer(int status, const result<field_list>& body);

/// The reasons of one filter's refusals, which become metric labels: only words of [a-z0-9_], up to
/// 32 characters, that do not look like ours, and no more than 32 different ones.
class reason_words {
 public:
  /// `said` itself, or "refused".
  std::string of(std::string_view said);

 private:
  std::set<std::string, std::less<>> known_;
};

}  // namespace beckon::outreach
