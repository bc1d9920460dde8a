#include "adapters/http/admin/redrive_route.hpp"

#include <charconv>
#include <utility>
#include <vector>

#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

struct wanted_letters {
  std::vector<port::letter_name> letters;
  delivery::redrive_options how;
};

result<port::letter_name> read_name(const value& v) {
  const std::string* text = v.as_text();
  const error wrong{errc::invalid, "a letter is a text PARTITION/ID", "/letters"};
  if (text == nullptr) return wrong;
  const auto slash = text->find('/');
  if (slash == std::string::npos) return wrong;
  port::letter_name name;
  const char* const end = text->data() + slash;
  const auto [stop, failed] = std::from_chars(text->data(), end, name.partition);
  const auto id = hash_from_hex(std::string_view(*text).substr(slash + 1));
  if (failed != std::errc() || stop != end || !id) return wrong;
  name.id = *id;
  return name;
}

bool flag_of(const field_list& body, std::string_view name) {
  const value* v = find_field(body, name);
  return v != nullptr && v->as_boolean() != nullptr && *v->as_boolean();
}

result<wanted_letters> read_wanted(std::string_view body) {
  codec::json_reader reader;
  const auto object = reader.read_object(body);
  if (!object) return object.error();
  const value* letters = find_field(*object, "letters");
  if (letters == nullptr || letters->as_list() == nullptr)
    return error{errc::invalid, "needs a list", "/letters"};
  if (letters->as_list()->size() > most_redriven_letters)
    return error{errc::invalid, "too many in one request", "/letters"};
  wanted_letters out;
  for (const value& v : *letters->as_list()) {
    auto name = read_name(v);
    if (!name) return name.error();
    out.letters.push_back(*name);
  }
  out.how = {flag_of(*object, "expired"), flag_of(*object, "ambiguous")};
  return out;
}

std::string_view fate_text(port::letter_fate::kind what) {
  switch (what) {
    case port::letter_fate::kind::redriven:
      return "redriven";
    case port::letter_fate::kind::refused:
      return "refused";
    case port::letter_fate::kind::gone:
      return "gone";
    case port::letter_fate::kind::unanswered:
      break;
  }
  return "unanswered";
}

http_response tell_fates(const std::vector<port::letter_name>& letters,
                         const std::vector<port::letter_fate>& fates) {
  http_response out;
  out.body = "{\"letters\":[";
  for (std::size_t i = 0; i < letters.size(); ++i) {
    out.body += i == 0 ? "{\"id\":\"" : ",{\"id\":\"";
    out.body += to_hex(letters[i].id) + "\",\"fate\":\"";
    out.body += std::string(fate_text(fates[i].what)) + "\",\"why\":";
    codec::append_json_text(out.body, fates[i].why);
    out.body += "}";
  }
  out.body += "]}\n";
  return out;
}

}  // namespace

void add_redrive_route(http_routes& routes, admin_access access, port::redriver& to) {
  routes.add(
      "POST", "/admin/dlq/redrive", "admin_dlq_redrive",
      [access = std::move(access), &to](const http_request& request, const http_answer& answer) {
        if (auto refused = access.refusal(request)) return answer(std::move(*refused));
        const auto wanted = read_wanted(request.body);
        if (!wanted) {
          const error& e = wanted.error();
          return answer(error_response(400, e.message, e.where));
        }
        to.redrive(
            wanted->letters, wanted->how,
            [answer, letters = wanted->letters](const std::vector<port::letter_fate>& fates) {
              answer(tell_fates(letters, fates));
            });
      });
}

}  // namespace beckon::adapters
