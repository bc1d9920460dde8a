#include "messages/codec/json.hpp"

#include <algorithm>

#include <simdjson.h>

namespace beckon::codec {
namespace {

namespace dom = simdjson::dom;

std::string pointer_below(const std::string& pointer, std::string_view key) {
  std::string out = pointer + '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

error wrong(std::string pointer, std::string message) {
  return error{errc::invalid, std::move(message), std::move(pointer)};
}

/// True when some text stands there twice.
bool has_twice(std::vector<std::string_view>& texts) {
  constexpr std::size_t few = 16;  // up to here comparing all pairs beats sorting
  if (texts.size() > few) {
    std::sort(texts.begin(), texts.end());
    return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
  }
  for (std::size_t i = 1; i < texts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (texts[i] == texts[j]) return true;
    }
  }
  return false;
}

/// Checks and flattens one object of a parsed document.
class flattener {
 public:
  explicit flattener(std::string pointer) : pointer_(std::move(pointer)) {}

  result<field_list> run(const dom::object& object) {
    out_.reserve(object.size() + 8);
    if (!members(object, "", pointer_)) return std::move(wrong_);
    if (!nested_) return std::move(out_);  // keys of one object: already compared
    std::vector<std::string_view> names;
    for (const field& f : out_) names.push_back(f.name);
    if (has_twice(names)) return wrong(pointer_, "two members have the same name once flattened");
    return std::move(out_);
  }

 private:
  bool refuse(std::string pointer, std::string message) {
    wrong_ = wrong(std::move(pointer), std::move(message));
    return false;
  }

  bool keys_differ(const dom::object& object, const std::string& pointer) {
    std::vector<std::string_view> keys;
    keys.reserve(object.size());
    for (const dom::key_value_pair member : object) keys.push_back(member.key);
    if (!has_twice(keys)) return true;
    return refuse(pointer, "an object has the same key twice");
  }

  bool members(const dom::object& object, const std::string& prefix, const std::string& pointer) {
    if (!keys_differ(object, pointer)) return false;
    for (const dom::key_value_pair member : object) {
      dom::object inner;
      if (member.value.get(inner) == simdjson::SUCCESS) {
        nested_ = true;
        std::string below = prefix;
        below.append(member.key) += '.';
        if (!members(inner, below, pointer_below(pointer, member.key))) return false;
        continue;
      }
      field& added = out_.emplace_back();
      added.name.reserve(prefix.size() + member.key.size());
      added.name.append(prefix).append(member.key);
      if (!scalar(member.value, added.content, pointer, member.key)) return false;
    }
    return true;
  }

  bool scalar(const dom::element& e, value& out, const std::string& pointer, std::string_view key) {
    switch (e.type()) {
      case dom::element_type::NULL_VALUE:
        return true;
      case dom::element_type::BOOL:
        out = value(e.get_bool().value_unsafe());
        return true;
      case dom::element_type::INT64:
        out = value(e.get_int64().value_unsafe());
        return true;
      case dom::element_type::DOUBLE:
        out = value(e.get_double().value_unsafe());
        return true;
      case dom::element_type::STRING:
        out = value(e.get_string().value_unsafe());
        return true;
      case dom::element_type::UINT64:
        return refuse(pointer_below(pointer, key), "an integer must fit into 64 bits with sign");
      case dom::element_type::ARRAY:
        return list(e.get_array().value_unsafe(), out, pointer_below(pointer, key));
      case dom::element_type::OBJECT:
        break;
    }
    // Inside a list there is no name to flatten into. Its keys are checked like every other
    // object's.
    flattener inner(pointer_below(pointer, key));
    if (auto checked = inner.run(e.get_object().value_unsafe()); !checked) {
      wrong_ = std::move(checked).error();
      return false;
    }
    out = value(simdjson::minify(e));
    return true;
  }

  bool list(const dom::array& array, value& out, const std::string& pointer) {
    value_list items;
    items.reserve(array.size());
    for (const dom::element item : array) {
      value content;
      if (!scalar(item, content, pointer, std::to_string(items.size()))) return false;
      items.push_back(std::move(content));
    }
    out = value(std::move(items));
    return true;
  }

  std::string pointer_;
  field_list out_;
  bool nested_ = false;
  error wrong_;
};

json_item item_from(const dom::element& e, std::string pointer) {
  dom::object object;
  if (e.get(object) != simdjson::SUCCESS) {
    return {pointer, wrong(pointer, "a JSON object was expected")};
  }
  return {pointer, flattener(pointer).run(object)};
}

std::vector<json_item> items_of(const dom::array& array, const std::string& pointer) {
  std::vector<json_item> out;
  out.reserve(array.size());
  for (const dom::element e : array) {
    out.push_back(item_from(e, pointer + '/' + std::to_string(out.size())));
  }
  return out;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

struct json_reader::parts {
  json_limits limits;
  dom::parser parser;

  explicit parts(json_limits given) : limits(given), parser(given.bytes) {}

  result<dom::element> parse(std::string_view text) {
    if (text.size() > limits.bytes) {
      return error{errc::exhausted, "more than " + std::to_string(limits.bytes) + " bytes"};
    }
    if (parser.max_depth() != limits.depth || parser.capacity() == 0) {
      const std::size_t first = std::min<std::size_t>(limits.bytes, 64 * 1024);
      if (parser.allocate(first, limits.depth) != simdjson::SUCCESS) {
        return error{errc::exhausted, "no memory for JSON"};
      }
    }
    dom::element out;
    const simdjson::error_code failed = parser.parse(text.data(), text.size()).get(out);
    if (failed == simdjson::DEPTH_ERROR) {
      return wrong("", "more than " + std::to_string(limits.depth) + " levels of JSON");
    }
    if (failed != simdjson::SUCCESS) return wrong("", simdjson::error_message(failed));
    return out;
  }
};

json_reader::json_reader(json_limits limits) : parts_(std::make_unique<parts>(limits)) {}
json_reader::~json_reader() = default;
json_reader::json_reader(json_reader&&) noexcept = default;
json_reader& json_reader::operator=(json_reader&&) noexcept = default;

result<field_list> json_reader::read_object(std::string_view text) {
  const auto parsed = parts_->parse(text);
  if (!parsed) return parsed.error();
  return item_from(*parsed, "").members;
}

result<std::vector<json_item>> json_reader::read_items(std::string_view text) {
  const auto parsed = parts_->parse(text);
  if (!parsed) return parsed.error();
  dom::array list;
  if (parsed->get(list) == simdjson::SUCCESS) return items_of(list, "");
  dom::object object;
  dom::element batch;
  if (parsed->get(object) == simdjson::SUCCESS &&
      object.at_key("batch").get(batch) == simdjson::SUCCESS) {
    if (batch.get(list) == simdjson::SUCCESS) return items_of(list, "/batch");
    return wrong("/batch", "a list was expected");
  }
  return std::vector<json_item>{item_from(*parsed, "")};
}

}  // namespace beckon::codec
