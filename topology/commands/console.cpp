#include "topology/commands/console.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace beckon::topology {
namespace {

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void console::print(const nlohmann::json& value) const {
  out << dump(value) << '\n';
}

int console::fail(int code, std::string_view message) const {
  if (json || json_log) {
    err << dump({{"level", "error"}, {"message", message}, {"exit", code}}) << '\n';
  } else {
    err << err_is.paint(adapters::style::red, "beckon:") << ' ' << message << '\n';
  }
  return code;
}

int console::fail(int code, const error& e) const {
  return fail(code, e.to_string());
}

void console::warn(std::string_view message) const {
  if (json || json_log) {
    err << dump({{"level", "warning"}, {"message", message}}) << '\n';
  } else {
    err << err_is.paint(adapters::style::yellow, "beckon:") << ' ' << message << '\n';
  }
}

nlohmann::json to_json(const problem& p) {
  nlohmann::json json = {
      {"severity", p.warning ? "warning" : "error"}, {"file", p.file}, {"message", p.message}};
  if (p.line > 0) json["line"] = p.line;
  if (p.line > 0 && p.column > 0) {
    json["column"] = p.column;
    json["length"] = p.length;
  }
  if (!p.hint.empty()) json["hint"] = p.hint;
  if (!p.reference.empty()) json["reference"] = p.reference;
  return json;
}

std::string to_text(const problem& p, const adapters::terminal& where) {
  std::string text = p.to_string();
  if (!where.colour) return text;
  const std::string word = p.warning ? "warning:" : "error:";
  const auto at = text.find(word);
  const auto paint = p.warning ? adapters::style::yellow : adapters::style::red;
  return at == std::string::npos ? text : text.replace(at, word.size(), where.paint(paint, word));
}

std::string count_text(const problems& found) {
  const auto warnings = static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(), [](const problem& p) { return p.warning; }));
  const std::size_t errors = found.size() - warnings;
  if (warnings == 0) return counted(errors, "error");
  return (errors == 0 ? "" : counted(errors, "error") + ", ") + counted(warnings, "warning");
}

std::string counted(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace beckon::topology
