#include "adapters/yaml/yaml.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>
#include <utility>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "adapters/yaml/source_text.hpp"
#include "adapters/yaml/tree_builder.hpp"

namespace beckon::adapters {
namespace {

problem whole_file(const std::string& file, std::string message, std::string hint) {
  return {file, 0, 0, std::move(message), std::move(hint)};
}

problem too_large(const std::string& file) {
  return whole_file(file, "the file is larger than 4 MiB", "put large lists into a table file");
}

/// Notes the start of a document that must not be there.
class second_document final : public YAML::EventHandler {
 public:
  YAML::Mark start;

  void OnDocumentStart(const YAML::Mark& mark) override {
    start = mark;
    throw reading_stopped{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

void refuse_second_document(YAML::Parser& parser, const source_text& source, problems& out) {
  second_document next;
  try {
    parser.HandleNextDocument(next);
  } catch (const reading_stopped&) {
    const int line = next.start.line + 1;
    const bool marked = source.character(line, 1) == '-' && source.character(line, 2) == '-';
    out.push_back(source.at(
        line, next.start.column + 1,
        marked ? "a second document begins here" : "this does not belong to what stands above it",
        marked ? "one file holds one document: remove the '---' or split the file"
               : "check indentation, and that lists and maps are not mixed"));
  }
}

/// The library's exceptions end here.
settings parse(const source_text& source, problems& out) {
  try {
    std::istringstream stream{std::string(source.text())};
    YAML::Parser parser(stream);
    tree_builder builder(source, out);
    if (parser.HandleNextDocument(builder)) refuse_second_document(parser, source, out);
    return builder.take();
  } catch (const reading_stopped&) {
    // Reported where it was thrown.
  } catch (const YAML::Exception& e) {
    out.push_back(
        source.at(e.mark.line + 1, e.mark.column + 1, "this is not YAML: " + e.msg,
                  "check indentation, quotes and brackets; quote texts with ': ' or ' #'"));
  } catch (const std::exception& e) {
    out.push_back(
        whole_file(source.file(), std::string("cannot be read as YAML: ") + e.what(), ""));
  }
  return {};
}

}  // namespace

settings load_yaml(std::string_view text, const std::string& file, problems& out) {
  settings tree;
  if (text.size() > yaml_most_bytes) {
    out.push_back(too_large(file));
  } else if (const source_text source(text, file); source.check(out)) {
    tree = parse(source, out);
  }
  tree.file = file;
  return tree;
}

settings load_yaml_file(const std::string& path, problems& out) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text(yaml_most_bytes + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad() || (stream.fail() && !stream.eof())) {
    const std::string reason = errno == 0 ? "unknown reason" : std::strerror(errno);
    out.push_back(
        whole_file(path, "cannot be read: " + reason, "check the path and its permissions"));
    settings nothing;
    nothing.file = path;
    return nothing;
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return load_yaml(text, path, out);
}

}  // namespace beckon::adapters
