#include "topology/backtest/firing_line.hpp"

#include "messages/codec/json.hpp"

namespace beckon::topology {

std::string firing_line(const cep::firing& f) {
  std::string line = "{\"rule\":";
  codec::append_json_text(line, f.what.rule->name);
  line += ",\"version\":";
  codec::append_json_text(line, f.what.rule->version);
  line += ",\"subject\":";
  codec::append_json_text(line, f.who.id);
  line += ",\"time\":" + std::to_string(to_ms(f.what.time)) + ",\"returns\":";
  codec::append_json(line, f.what.returns);
  return line + "}";
}

}  // namespace beckon::topology
