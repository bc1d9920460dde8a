// beckon dlq show ID -c DIR: one dead letter with what was in it, beside a running node or without
// one.
#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "engine/access/subjects.hpp"
#include "messages/codec/dead_letter.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/json.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/letters.hpp"

namespace beckon::topology {
namespace {

using nlohmann::json;

json fields_json(const field_list& fields) {
  return json::parse(codec::to_json(fields));
}

json event_json(std::string_view entry, const catalogue& events) {
  const auto read = codec::decode_entry(entry);
  if (!read) return {{"unreadable", read.error().to_string()}};
  const auto e = codec::decode_event(read->event, events);
  if (!e) return {{"unreadable", e.error().to_string()}};
  field_list attributes = e->extra;
  for (const attribute& a : e->attributes)
    attributes.push_back({std::string(events.name(a.name)), a.content});
  return {{"type", std::string(events.name(e->type))},
          {"time", to_rfc3339(e->time)},
          {"arrival", to_rfc3339(e->arrival)},
          {"id", e->id},
          {"source", e->source},
          {"attributes", fields_json(attributes)}};
}

json delivery_json(std::string_view row) {
  const auto d = codec::decode_outbox(row);
  if (!d) return {{"unreadable", d.error().to_string()}};
  return {{"delivery", to_hex(d->delivery)},
          {"occurrence", to_hex(d->occurrence)},
          {"rule", d->rule},
          {"rule_version", d->rule_version},
          {"action", d->action},
          {"channel", d->channel},
          {"address", d->address},
          {"fired", to_rfc3339(d->fired)},
          {"decided", to_rfc3339(d->decided)},
          {"attempt", d->attempt},
          {"content_type", d->content_type},
          {"body", d->body}};
}

/// What the letter holds, by what it is about.
json content_json(const codec::dead_letter_row& l, const catalogue& events) {
  if (l.input.empty()) return nullptr;
  switch (codec::content_of(l)) {
    case codec::letter_content::delivery:
      return delivery_json(l.input);
    case codec::letter_content::input:
      return event_json(l.input, events);
    default:
      return {{"bytes", l.input.size()}};
  }
}

void print_rows(const json& object, const std::string& before, adapters::table& rows) {
  for (const auto& [name, content] : object.items()) {
    if (content.is_object())
      print_rows(content, before + name + ".", rows);
    else
      rows.add({before + name,
                printable(content.is_string() ? content.get<std::string>() : content.dump())});
  }
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto letters = stored_letters(c->deployment);
  if (!letters) return to.fail(exit_unavailable, letters.error());
  const auto found = letters_named(*letters, given.text("ID"));
  if (found.empty()) return to.fail(exit_failure, "there is no dead letter " + given.text("ID"));
  if (found.size() > 1)
    return to.fail(exit_failure, counted(found.size(), "dead letter") + " begin with " +
                                     given.text("ID") + ": write more of it");
  json shown = letter_json(found.front());
  shown["content"] = content_json(found.front(), *c->names.events);
  if (to.json) {
    to.print(shown);
    return exit_ok;
  }
  adapters::table rows({{"FIELD"}, {"VALUE"}});
  print_rows(shown, "", rows);
  to.out << rows.to_string();
  return exit_ok;
}

}  // namespace

command dlq_show_command() {
  return {{.name = "dlq show",
           .summary = "show one dead letter with the event or delivery in it",
           .positionals = {{.name = "ID", .help = "its id, or enough of its beginning"}},
           .options = {config_option()},
           .details = "Works beside a running node or without one. Exit code 1: no such letter."},
          &run};
}

}  // namespace beckon::topology
