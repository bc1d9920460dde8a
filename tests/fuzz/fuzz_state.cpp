#include "engine/cep/step.hpp"
#include "tests/fuzz/ground.hpp"
#include "tests/fuzz/targets.hpp"

namespace beckon::fuzz {
namespace {

constexpr int most_events = 16;

/// What a store could give back for `s`.
std::string checked_bytes(const cep::subject_state& s) {
  const std::string bytes = s.encode();
  auto read = cep::subject_state::decode(bytes, *rules());
  require(read.ok(), "an encoded state is decoded");
  require(read->encode() == bytes, "an encoded state is encoded the same again");
  return bytes;
}

}  // namespace

void state(std::string_view bytes) {
  // The last 64 bytes are the events judged afterwards.
  const std::size_t events = std::min<std::size_t>(bytes.size(), 64);
  byte_reader rest(bytes.substr(bytes.size() - events));
  auto read = cep::subject_state::decode(bytes, *rules());
  if (!read) read = cep::subject_state::decode(bytes.substr(0, bytes.size() - events), *rules());
  if (!read) return;
  cep::subject_state now = std::move(*read);
  (void)checked_bytes(now);
  const subject who{"user", "u"};
  const field_list profile = rest.any_profile();
  std::vector<cep::match> matches;
  cep::overflow_counts overflow;
  const cep::judging j{*rules(), who, &profile, "UTC", matches, nullptr, &overflow};
  for (int left = most_events; left > 0 && !rest.at_end(); --left) {
    const beckon::event e = rest.any_event();
    cep::judge(j, now, e, {"user_id"}, e.time);
  }
  (void)checked_bytes(now);
  cep::settle(j, now, from_ms(4102444800000));  // 2100
  require(now.empty() || now.next_deadline() > from_ms(4102444800000), "due deadlines are handled");
  (void)checked_bytes(now);
}

}  // namespace beckon::fuzz
