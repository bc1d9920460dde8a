#include "messages/codec/segment.hpp"

#include <algorithm>

namespace beckon::codec {
namespace {

error wrong(std::string pointer, std::string message) {
  return error{errc::invalid, std::move(message), std::move(pointer)};
}

/// A text or integer member as text; anything else is an error.
result<std::string> text_of(const value& v, const char* pointer) {
  if (v.as_text() != nullptr) return *v.as_text();
  if (v.as_integer() != nullptr) return std::to_string(*v.as_integer());
  return wrong(pointer, "must be a string, not " + std::string(to_string(v.type())));
}

bool strip(std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.erase(0, prefix.size());
  return true;
}

/// Where one member of an item goes.
class mapping {
 public:
  mapping(bool identify, std::string_view user_attribute, std::size_t members)
      : identify_(identify), user_attribute_(user_attribute) {
    out_.attributes.reserve(members);
    out_.shape = identify ? &identify_shape : &track_shape;
    if (identify) out_.type = "$user";
  }

  result<void> take(field& member) {
    if (member.content.is_null()) return take_null(member);
    const std::string& name = member.name;
    if (name == "userId") return text(member.content, "/userId", user_);
    if (name == "messageId") return text(member.content, "/messageId", out_.id);
    if (name == "event") {
      return identify_ ? result<void>() : text(member.content, "/event", out_.type);
    }
    if (name == "timestamp") {
      out_.time = std::move(member.content);
      return {};
    }
    if (name == "properties" || name == "traits") {
      return wrong("/" + name, "must be an object");
    }
    if (strip(member.name, identify_ ? "traits." : "properties.")) {
      out_.attributes.push_back(std::move(member));
    } else if (!identify_ && (name == "anonymousId" || name.starts_with("context."))) {
      of_sender_.push_back(out_.attributes.size());
      out_.attributes.push_back(std::move(member));
    }
    return {};
  }

  result<raw_event> finish() {
    if (out_.type.empty()) return wrong("/event", "a track needs the event's name");
    if (identify_ && user_.empty()) return wrong("/userId", "an identify needs the user's id");
    const bool row = out_.type.starts_with('$') && out_.type.find('.') == std::string::npos;
    if (!row) std::erase_if(out_.attributes, [](const field& f) { return f.content.is_null(); });
    if (row && out_.type != "$user") {
      leave_out_sender();
    } else if (!user_.empty()) {
      set_field(out_.attributes, user_attribute_, value(std::move(user_)));
    }
    return std::move(out_);
  }

 private:
  /// A trait or a property that is null clears a row's field; elsewhere null is nothing.
  result<void> take_null(field& member) {
    if (strip(member.name, identify_ ? "traits." : "properties."))
      out_.attributes.push_back(std::move(member));
    return {};
  }

  /// Who sends an item's row is none of its fields.
  void leave_out_sender() {
    for (auto at = of_sender_.rbegin(); at != of_sender_.rend(); ++at)
      out_.attributes.erase(out_.attributes.begin() + static_cast<std::ptrdiff_t>(*at));
  }

  static result<void> text(const value& v, const char* pointer, std::string& to) {
    auto read = text_of(v, pointer);
    if (!read) return read.error();
    to = *std::move(read);
    return {};
  }

  bool identify_;
  std::string_view user_attribute_;
  raw_event out_;
  std::vector<std::size_t> of_sender_;  // of `out_.attributes`
  std::string user_;
};

}  // namespace

result<raw_event> from_segment(field_list item, std::string_view kind,
                               std::string_view user_attribute) {
  std::string named(kind);
  if (named.empty()) {
    const value* type = find_field(item, "type");
    if (type == nullptr) return wrong("/type", "must be 'track' or 'identify'");
    auto read = text_of(*type, "/type");
    if (!read) return read.error();
    named = *std::move(read);
  }
  if (named != "track" && named != "identify") {
    return wrong("/type", "'" + named + "' is not taken; send 'track' or 'identify'");
  }
  mapping map(named == "identify", user_attribute, item.size());
  for (field& member : item) {
    if (auto taken = map.take(member); !taken) return taken.error();
  }
  return map.finish();
}

}  // namespace beckon::codec
