#include "topology/parse/deployment.hpp"

#include <bit>
#include <filesystem>

#include "topology/parse/deployment_parts.hpp"
#include "topology/parse/scalars.hpp"

namespace beckon::topology {
namespace {

constexpr std::uint32_t most_partitions = 4096;

std::string below(const std::string& directory, const std::string& path) {
  return (std::filesystem::path(directory) / path).lexically_normal().string();
}

/// Paths in beckon.yaml are below the configuration directory.
void place_files(const std::string& directory, broker& bus) {
  auto* external = std::get_if<external_broker>(&bus);
  if (external == nullptr) return;
  for (std::string* path : {&external->creds_file, &external->ca_file}) {
    if (!path->empty()) *path = below(directory, *path);
  }
}

/// Tokens of plain names separated by dots: no wildcard, no empty token.
std::string read_prefix(const section& s, std::string fallback) {
  std::string prefix = s.reader.text("prefix", std::move(fallback));
  std::string_view rest = prefix;
  while (true) {
    const auto dot = rest.find('.');
    if (!is_plain_name(rest.substr(0, dot))) {
      s.out.push_back(s.node.find("prefix")->at(
          "'prefix' must be names separated by dots, not '" + prefix + "'",
          "it begins every bus subject; write 'prefix: beckon' or 'prefix: shop.beckon'"));
      return "beckon";
    }
    if (dot == std::string_view::npos) return prefix;
    rest.remove_prefix(dot + 1);
  }
}

std::string read_zone(const section& s, std::string fallback) {
  std::string zone = s.reader.text("zone", fallback);
  if (parse_time("2024-01-01 00:00", zone)) return zone;
  s.out.push_back(s.node.find("zone")->at("'zone' must be an IANA time zone, not '" + zone + "'",
                                          "such as UTC, Asia/Shanghai, Europe/Berlin"));
  return fallback;
}

std::uint32_t read_partitions(const section& s, std::uint32_t fallback) {
  const std::uint32_t n = read_count(s, "partitions", fallback, 1, most_partitions);
  if (std::has_single_bit(n)) return n;
  s.out.push_back(s.node.find("partitions")
                      ->at("'partitions' must be a power of two, not " + std::to_string(n),
                           "write " + std::to_string(std::bit_floor(n)) + " or " +
                               std::to_string(std::bit_ceil(n))));
  return fallback;
}

void read_scalars(const section& s, const std::string& directory, deployment& d) {
  d.name = read_name(s, "name", d.name);
  d.prefix = read_prefix(s, d.prefix);
  d.node = read_name(s, "node", d.node);
  d.zone = read_zone(s, d.zone);
  d.data = below(directory, s.reader.text("data", "data"));
  d.clock = s.reader.choice("clock", {"wall", "event"}, "wall") == "event" ? clock_mode::event
                                                                           : clock_mode::wall;
  d.partitions = read_partitions(s, d.partitions);
  d.absence_grace =
      read_span(s, "absence_grace", d.absence_grace, duration::zero(), duration{3'600'000});
  d.clock_wait_max =
      read_span(s, "clock_wait_max", d.clock_wait_max, duration{1'000}, duration{3'600'000});
  d.threads = read_count(s, "threads", d.threads, 0, 1024);
}

}  // namespace

deployment default_deployment(const std::string& directory) {
  deployment d;
  d.data = below(directory, "data");
  d.sources.emplace_back().id = "web";
  return d;
}

deployment parse_deployment(const settings& root, const std::string& directory,
                            const secret_source& outside, problems& out) {
  deployment d = default_deployment(directory);
  settings_reader reader(root, "beckon.yaml", out);
  read_scalars({root, reader, out}, directory, d);
  d.bus = parse_bus(reader.node("bus"), outside, out);
  place_files(directory, d.bus);
  d.http = parse_http(reader.node("http"), outside, out);
  if (const settings* sources = reader.node("sources")) d.sources = parse_sources(sources, out);
  d.ingest = parse_ingest(reader.node("ingest"), out);
  d.rules = parse_rule_settings(reader.node("rules"), out);
  d.limits = parse_limits(reader.node("limits"), out);
  d.supervision = parse_supervision(reader.node("supervision"), out);
  d.log = parse_log(reader.node("log"), out);
  reader.finish();
  return d;
}

}  // namespace beckon::topology
