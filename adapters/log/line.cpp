#include "adapters/log/line.hpp"

#include <algorithm>

#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

bool is_plain(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '=' && c != '\\' && c != '\x7F';
}

/// Bare where nothing could be misread, else as a JSON string.
void append_word(std::string& out, std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
    out += text;
  } else {
    codec::append_json_text(out, text);
  }
}

/// Free text without quotes around it; control characters become spaces.
void append_sentence(std::string& out, std::string_view text) {
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == '\x7F' ? ' ' : c;
}

}  // namespace

std::string to_text_line(const log_line& line) {
  std::string out = to_rfc3339(line.time);
  out += ' ';
  out += port::to_string(line.level);
  out += ' ';
  append_sentence(out, line.component);
  out += ": ";
  append_sentence(out, line.message);
  for (const field& one : line.fields) {
    out += ' ';
    append_word(out, one.name);
    out += '=';
    append_word(out, to_display(one.content));
  }
  out += '\n';
  return out;
}

std::string to_json_line(const log_line& line) {
  std::string out = "{\"time\":\"" + to_rfc3339(line.time) + "\",\"level\":\"";
  out += port::to_string(line.level);
  out += "\",\"component\":";
  codec::append_json_text(out, line.component);
  out += ",\"message\":";
  codec::append_json_text(out, line.message);
  if (!line.fields.empty()) {
    out += ",\"fields\":";
    codec::append_json(out, line.fields);
  }
  out += "}\n";
  return out;
}

}  // namespace beckon::adapters
