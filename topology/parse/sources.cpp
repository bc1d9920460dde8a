#include <set>

#include "engine/cep/derived_event.hpp"
#include "topology/parse/deployment_parts.hpp"
#include "topology/parse/scalars.hpp"

namespace beckon::topology {
namespace {

constexpr duration most_out_of_order{3'600'000};
const std::string derived_id(cep::derived_source);

source_kind kind_of(const std::string& name) {
  if (name == "nats") return source_kind::nats;
  return name == "import" ? source_kind::import : source_kind::http;
}

/// NATS subjects may end in '>' and hold '*'; no blanks, no empty token.
bool is_subject(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos &&
         text.find("..") == std::string_view::npos && text.front() != '.' && text.back() != '.';
}

void check_subject(const settings& node, const source_settings& source, problems& out) {
  const settings* written = node.find("subject");
  if (source.kind == source_kind::nats && written == nullptr) {
    out.push_back(
        node.at("nats source '" + source.id + "' lacks 'subject'",
                "write the subject your events are published on: 'subject: shop.events.>'"));
  } else if (source.kind != source_kind::nats && written != nullptr) {
    out.push_back(
        written->at("'subject' belongs to nats sources only", "remove it, or write 'kind: nats'"));
  } else if (written != nullptr && !is_subject(source.subject)) {
    out.push_back(written->at("'" + source.subject + "' is no NATS subject",
                              "tokens separated by dots; '*' and a last '>' are wildcards"));
  }
}

source_settings parse_source(const settings& node, problems& out) {
  source_settings source;
  settings_reader reader(node, "source", out);
  const section s{node, reader, out};
  source.id = read_name(s, "id");
  source.kind = kind_of(reader.choice("kind", {"http", "nats", "import"}));
  source.subject = reader.text("subject", "");
  source.format = reader.choice("format", {"json", "protobuf"}, "json") == "protobuf"
                      ? wire_format::protobuf
                      : wire_format::json;
  source.out_of_order =
      read_span(s, "out_of_order", source.out_of_order, duration::zero(), most_out_of_order);
  source.max_bytes = static_cast<std::int64_t>(
      read_size(s, "max_bytes", static_cast<std::uint64_t>(source.max_bytes),
                std::uint64_t{1} << 20, std::uint64_t{1} << 42));
  source.paused = reader.boolean("paused", false);
  reader.finish();
  if (node.what == settings::shape::map) check_subject(node, source, out);
  return source;
}

}  // namespace

std::vector<source_settings> parse_sources(const settings* node, problems& out) {
  std::vector<source_settings> sources;
  if (node->what != settings::shape::list) {
    out.push_back(node->at("'sources' must be a list", "begin each source with '- id: NAME'"));
    return sources;
  }
  std::set<std::string> seen;
  for (const settings& item : node->items) {
    sources.push_back(parse_source(item, out));
    const std::string& id = sources.back().id;
    if (id == derived_id) {
      const settings* written = item.find("id");
      out.push_back(
          (written == nullptr ? item : *written)
              .at("'" + id + "' is the source of what TO EACH rules tell", "give it another id"));
    }
    if (!id.empty() && !seen.insert(id).second) {
      out.push_back(item.at("source '" + id + "' is declared twice", "give it another id"));
    }
  }
  return sources;
}

}  // namespace beckon::topology
