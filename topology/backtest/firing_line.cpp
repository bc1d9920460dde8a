#include "topology/backtest/firing_line.hpp"

#include "messages/codec/json.hpp"

namespace beckon::topology {

namespace {

void append(std::string& line, std::string_view rule, std::string_view version,
            std::string_view subject_id, timestamp time, const field_list& returns,
            bool history_short) {
  line += "{\"rule\":";
  codec::append_json_text(line, rule);
  line += ",\"version\":";
  codec::append_json_text(line, version);
  line += ",\"subject\":";
  codec::append_json_text(line, subject_id);
  line += ",\"time\":" + std::to_string(to_ms(time)) + ",\"returns\":";
  codec::append_json(line, returns);
  if (history_short) line += ",\"history_short\":true";
  line += '}';
}

}  // namespace

std::string firing_line(std::string_view rule, std::string_view version,
                        std::string_view subject_id, timestamp time, const field_list& returns,
                        bool history_short) {
  std::string line;
  append(line, rule, version, subject_id, time, returns, history_short);
  return line;
}

std::string firing_line(const cep::firing& f) {
  return firing_line(f.what.rule->name, f.what.rule->version, f.who.id, f.what.time, f.what.returns,
                     f.what.history_short);
}

void append_firing_line(std::string& to, const cep::firing& f) {
  append(to, f.what.rule->name, f.what.rule->version, f.who.id, f.what.time, f.what.returns,
         f.what.history_short);
  to += '\n';
}

}  // namespace beckon::topology
