#include "adapters/files/file_sender.hpp"

#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include <simdjson.h>
#include <unistd.h>

#include "adapters/files/line_file.hpp"
#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

/// The text without its insignificant white space, so that it fits one line; nullopt where it is no
/// JSON.
std::optional<std::string> one_line_json(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element ignored;
  if (parser.parse(text.data(), text.size()).get(ignored) != simdjson::SUCCESS) return std::nullopt;
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  if (simdjson::minify(text.data(), text.size(), out.data(), size) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += out.back() == '{' ? "" : ",";
  codec::append_json_text(out, name);
  out += ':';
  codec::append_json_text(out, text);
}

class line_sender final : public port::sender {
 public:
  template <class Target>
  explicit line_sender(Target target) : file_(std::move(target)) {}

  void send(port::delivery what, receipt_handler done) override {
    const std::string line = to_line(what);
    result<void> written;
    {
      const std::lock_guard lock(mutex_);
      written = file_.append(line);
    }
    if (written.ok()) return done({port::delivery_outcome::delivered, "written", {}});
    done({port::delivery_outcome::busy, written.error().to_string(), {}});
  }

 private:
  std::mutex mutex_;
  line_file file_;
};

}  // namespace

std::string to_line(const port::delivery& what) {
  std::string out = "{";
  append_member(out, "id", to_hex(what.id));
  append_member(out, "occurrence", to_hex(what.occurrence));
  append_member(out, "rule", what.rule);
  append_member(out, "action", what.action);
  append_member(out, "channel", what.channel);
  out += ",\"subject\":{";
  append_member(out, "kind", what.who.kind);
  append_member(out, "id", what.who.id);
  out += '}';
  if (!what.address.empty()) append_member(out, "address", what.address);
  append_member(out, "fired", to_rfc3339(what.fired));
  out += ",\"attempt\":" + std::to_string(what.attempt) + ",\"body\":";
  if (const auto json = one_line_json(what.body)) {
    out += *json;
  } else {
    codec::append_json_text(out, what.body);
  }
  out += "}\n";
  return out;
}

std::unique_ptr<port::sender> make_file_sender(const settings& options, problems& out) {
  const std::size_t before = out.size();
  settings_reader reader(options, "file channel", out);
  const std::string path = reader.text("path");
  reader.finish();
  if (out.size() != before) return nullptr;
  namespace fs = std::filesystem;
  const settings& at = *options.find("path");
  const fs::path directory = fs::absolute(path).parent_path();
  std::error_code failed;
  if (!fs::is_directory(directory, failed)) {
    out.push_back(at.at("the directory '" + directory.string() + "' does not exist",
                        "make it, or name a file in a directory that exists"));
  } else if (access(directory.c_str(), W_OK | X_OK) != 0) {
    out.push_back(at.at("the directory '" + directory.string() + "' cannot be written to"));
  } else if (fs::exists(path, failed) && fs::is_directory(path, failed)) {
    out.push_back(at.at("'" + path + "' is a directory", "name a file in it"));
  }
  if (out.size() != before) return nullptr;
  return std::make_unique<line_sender>(path);
}

std::unique_ptr<port::sender> make_console_sender(const settings& options, problems& out) {
  const std::size_t before = out.size();
  if (options.what != settings::shape::null) {
    settings_reader(options, "console channel", out).finish();
  }
  if (out.size() != before) return nullptr;
  return std::make_unique<line_sender>(STDOUT_FILENO);
}

}  // namespace beckon::adapters
