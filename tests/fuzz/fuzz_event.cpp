#include "engine/access/normalise.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/json.hpp"
#include "messages/codec/recorded_event.hpp"
#include "tests/fuzz/ground.hpp"
#include "tests/fuzz/targets.hpp"

namespace beckon::fuzz {
namespace {

/// What is put on the queue stays what it is, however often it is passed on.
void check_written(const beckon::event& e) {
  const std::string bytes = codec::encode_event(e, *ground().events);
  require(bytes.size() == codec::encoded_size(e, *ground().events), "the size is known before");
  const auto read = codec::decode_event(bytes, *ground().events);
  require(read.ok(), "a written event is read");
  require(codec::encode_event(*read, *ground().events) == bytes,
          "a read event is written the same");
}

void check_normal(result<raw_event> raw) {
  if (!raw) return;
  normalise_options live;
  live.arrival = from_ms(1704067200000);
  live.tables = true;
  const auto made = normalise(std::move(*raw), *ground().events, live);
  if (made) check_written(*made);
}

void check_entry(std::string_view bytes) {
  const auto entry = codec::decode_entry(bytes);
  if (!entry) return;
  (void)codec::position_in(bytes);
  for (const std::string_view subject : entry->subjects) {
    (void)codec::decode_subject_name(subject);
    (void)codec::decode_subject(subject);
  }
  (void)codec::type_in(entry->event);
  if (const auto read = codec::decode_event(entry->event, *ground().events)) check_written(*read);
}

void check_json(std::string_view bytes) {
  codec::json_reader json;
  if (const auto object = json.read_object(bytes)) {
    const std::string text = codec::to_json(*object);
    require(codec::is_utf8(text), "JSON is UTF-8");
    require(json.read_object(text).ok(), "written JSON is read");
  }
  (void)json.read_items(bytes);
  check_normal(codec::read_published(bytes, json));
  codec::recorded_reader lines;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    check_normal(lines.read(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

void event(std::string_view bytes) {
  check_json(bytes);
  check_normal(codec::decode_client_event(bytes));
  if (const auto read = codec::decode_event(bytes, *ground().events)) check_written(*read);
  check_entry(bytes);
  (void)codec::decode_tick(bytes);
  if (const auto envelope = codec::decode_envelope(bytes)) {
    for (const std::string_view entry : envelope->entries) check_entry(entry);
  }
}

}  // namespace beckon::fuzz
