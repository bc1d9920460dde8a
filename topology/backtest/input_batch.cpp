#include "topology/backtest/input_batch.hpp"

#include <cstring>
#include <string_view>
#include <type_traits>

#include "engine/access/packed_fields.hpp"
#include "engine/cep/foresight.hpp"

namespace beckon::topology {
namespace {

/// Stands before an input's texts and values; numbers of bytes, but where it says "how many".
struct head {
  timestamp time{};
  timestamp arrival{};
  std::uint32_t source = 0;
  std::uint32_t id = 0;
  std::uint32_t attributes = 0;
  std::uint32_t extra = 0;  // how many
  bool client_id = false;
};

template <class T>
void put(std::string& out, const T& content) {
  static_assert(std::is_trivially_copyable_v<T>);
  char bytes[sizeof(T)];
  std::memcpy(bytes, &content, sizeof(T));
  out.append(bytes, sizeof(T));
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

class reader {
 public:
  explicit reader(const char* at) noexcept : at_(at) {}

  template <class T>
  T take() noexcept {
    T content;
    std::memcpy(&content, at_, sizeof(T));
    at_ += sizeof(T);
    return content;
  }
  std::string_view bytes(std::size_t size) noexcept {
    const std::string_view found(at_, size);
    at_ += size;
    return found;
  }
  std::string_view text() noexcept { return bytes(take<std::uint32_t>()); }

 private:
  const char* at_;
};

void read_subject(reader& from, concerned_subject& into) {
  into.who.kind = from.text();
  into.who.id = from.text();
  into.roles.resize(from.take<std::uint32_t>());
  for (std::string& role : into.roles) role = from.text();
}

}  // namespace

void input_batch::add(const event& e, std::span<const concerned_subject> subjects, hash128 first,
                      timestamp clock) {
  entries_.push_back(
      {first, clock, bytes_.size(), static_cast<std::uint32_t>(subjects.size()), e.type});
  head h{e.time,
         e.arrival,
         static_cast<std::uint32_t>(e.source.size()),
         static_cast<std::uint32_t>(e.id.size()),
         0,
         static_cast<std::uint32_t>(e.extra.size()),
         e.client_id};
  put(bytes_, h);
  bytes_ += e.source;
  bytes_ += e.id;
  const std::size_t before = bytes_.size();
  for (const attribute& a : e.attributes)
    append_packed(bytes_, static_cast<std::uint32_t>(a.name), a.content);
  h.attributes = static_cast<std::uint32_t>(bytes_.size() - before);
  std::memcpy(bytes_.data() + entries_.back().at, &h, sizeof h);
  for (const concerned_subject& s : subjects) {
    put_text(bytes_, s.who.kind);
    put_text(bytes_, s.who.id);
    put(bytes_, static_cast<std::uint32_t>(s.roles.size()));
    for (const std::string& role : s.roles) put_text(bytes_, role);
  }
  for (const field& f : e.extra) {
    std::string packed;
    append_packed(packed, 0, f.content);
    put_text(bytes_, f.name);
    put_text(bytes_, packed);
  }
}

void input_batch::clear() noexcept {
  entries_.clear();
  bytes_.clear();
}

void input_batch::read(std::size_t i, lane_input& into) const {
  const entry& of = entries_[i];
  reader from(bytes_.data() + of.at);
  const head h = from.take<head>();
  event& e = into.what;
  e.type = of.type;
  e.time = h.time;
  e.arrival = h.arrival;
  e.client_id = h.client_id;
  e.source = from.bytes(h.source);
  e.id = from.bytes(h.id);
  e.attributes.clear();
  std::uint32_t number = 0;
  for (packed_fields fields(from.bytes(h.attributes)); fields.next(number);)
    e.attributes.push_back({static_cast<attribute_id>(number), fields.take()});
  into.subjects.resize(of.subjects);
  for (concerned_subject& s : into.subjects) read_subject(from, s);
  e.extra.resize(h.extra);
  for (field& f : e.extra) {
    f.name = from.text();
    packed_fields content(from.text());
    content.next(number);
    f.content = content.take();
  }
}

void input_batch::fetch(std::size_t i) const noexcept {
  const std::size_t end = i + 1 < entries_.size() ? entries_[i + 1].at : bytes_.size();
  cep::fetch(bytes_.data() + entries_[i].at, end - entries_[i].at);
}

}  // namespace beckon::topology
