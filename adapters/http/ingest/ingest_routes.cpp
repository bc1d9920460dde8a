#include "adapters/http/ingest/ingest_routes.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/ingest/access.hpp"
#include "adapters/http/ingest/body.hpp"
#include "adapters/http/ingest/items.hpp"
#include "adapters/http/ingest/verdict_response.hpp"

namespace beckon::adapters {
namespace {

constexpr const char* items_help = "Items of HTTP ingest requests, by outcome.";

/// Readers keep their buffers between requests; each is used by one thread at a time.
class reader_pool {
 public:
  explicit reader_pool(const http_options& options) : options_(options) {}

  /// Comes back by itself.
  auto borrow() {
    const auto give_back = [this](item_reader* reader) {
      const std::lock_guard hold(mutex_);
      idle_.emplace_back(reader);
    };
    const std::lock_guard hold(mutex_);
    if (idle_.empty()) idle_.push_back(std::make_unique<item_reader>(options_));
    std::unique_ptr<item_reader, decltype(give_back)> out(idle_.back().release(), give_back);
    idle_.pop_back();
    return out;
  }

 private:
  const http_options& options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<item_reader>> idle_;
};

/// What all ingest routes share; answers keep it alive.
struct ingest_door {
  ingest_door(const http_options& o, port::ingest& i, port::metrics& make)
      : options(o),
        access(o),
        readers(options),
        ingest(i),
        accepted(
            make.make_counter("beckon_http_items_total", items_help, {{"outcome", "accepted"}})),
        rejected(
            make.make_counter("beckon_http_items_total", items_help, {{"outcome", "rejected"}})),
        failed(make.make_counter("beckon_http_items_total", items_help, {{"outcome", "failed"}})) {}

  const http_options options;
  const ingest_access access;
  reader_pool readers;
  port::ingest& ingest;
  port::counter& accepted;
  port::counter& rejected;
  port::counter& failed;  ///< the source took none of the request
};

using door_pointer = std::shared_ptr<ingest_door>;

/// Puts the source's verdicts among those that were clear before.
http_response conclude(ingest_door& door, ingest_body& body,
                       const result<std::vector<port::ingest_verdict>>& given) {
  if (!given || given->size() != body.places.size()) {
    door.failed.add(body.places.size());
    return given ? error_response(500, "the source answered another number of items")
                 : failure_response(given.error(), door.options.retry_after);
  }
  for (std::size_t i = 0; i < body.places.size(); ++i) {
    body.verdicts[body.places[i]] = (*given)[i];
    ((*given)[i].accepted ? door.accepted : door.rejected).add();
  }
  return verdict_response(body.verdicts);
}

void submit(const door_pointer& door, const std::string& source, ingest_body body,
            const http_answer& answer) {
  door->rejected.add(body.verdicts.size() - body.items.size());
  if (body.items.empty()) return answer(verdict_response(body.verdicts));
  std::vector<port::ingest_item> items = std::move(body.items);
  door->ingest.submit(source, std::move(items),
                      [door, body = std::move(body),
                       answer](result<std::vector<port::ingest_verdict>> given) mutable {
                        answer(conclude(*door, body, given));
                      });
}

/// 413 for what is too large, else as every failure.
http_response body_failure(const error& failure, const http_options& options) {
  if (failure.code == errc::exhausted) return error_response(413, failure.message, failure.where);
  return failure_response(failure, options.retry_after);
}

void take(const door_pointer& door, const std::string& source, std::string_view body,
          const std::string& kind, const http_answer& answer) {
  const auto reader = door->readers.borrow();
  if (!kind.empty()) return submit(door, source, reader->read_one(body, kind), answer);
  auto read = reader->read_batch(body);
  if (!read) return answer(body_failure(read.error(), door->options));
  submit(door, source, *std::move(read), answer);
}

/// `kind` is "" for a batch.
void handle(const door_pointer& door, const http_request& request, const std::string& kind,
            const http_answer& answer) {
  const std::string_view named =
      request.captured.empty() ? std::string_view{} : request.captured.front();
  const auto decided = door->access.decide(request, named);
  if (!decided.allowed) return answer(decided.refusal);
  const std::string_view type = request.header("Content-Type");
  const bool from_page = is_plain_text_type(type) && !door->access.allowed_origin(request).empty();
  if (!is_json_type(type) && !from_page) {
    return answer(error_response(415, "send Content-Type: application/json in UTF-8"));
  }
  const std::string_view packing = request.header("Content-Encoding");
  if (packing.empty() || equal_ignoring_case(packing, "identity")) {
    return take(door, decided.source, request.body, kind, answer);
  }
  if (!equal_ignoring_case(packing, "gzip")) {
    return answer(error_response(415, "of packed bodies only gzip is taken"));
  }
  const auto plain = unpack_gzip(request.body, door->options.max_body);
  if (!plain) return answer(body_failure(plain.error(), door->options));
  take(door, decided.source, *plain, kind, answer);
}

/// Lets the page that asked read the answer (Fetch standard, CORS protocol).
http_answer readable_by(std::string origin, http_answer answer) {
  if (origin.empty()) return answer;
  return [origin = std::move(origin), answer = std::move(answer)](http_response response) {
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Vary", "Origin");
    answer(std::move(response));
  };
}

void answer_preflight(const door_pointer& door, const http_request& request,
                      const http_answer& answer) {
  const std::string origin = door->access.allowed_origin(request);
  if (origin.empty()) return answer(error_response(403, "pages of this origin may not write"));
  http_response response{204};
  response.headers = {
      {"Access-Control-Allow-Methods", "POST"},
      {"Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Encoding"},
      {"Access-Control-Max-Age", "600"}};
  readable_by(origin, answer)(std::move(response));
}

}  // namespace

void add_ingest_routes(http_routes& routes, const http_options& options, port::ingest& ingest,
                       port::metrics& probes) {
  const auto door = std::make_shared<ingest_door>(options, ingest, probes);
  for (const std::string name : {"track", "identify", "page", "screen", "batch"}) {
    const std::string kind = name == "batch" ? "" : name;
    const http_handler post = [door, kind](const http_request& request, http_answer answer) {
      handle(door, request, kind,
             readable_by(door->access.allowed_origin(request), std::move(answer)));
    };
    const http_handler preflight = [door](const http_request& request, const http_answer& answer) {
      answer_preflight(door, request, answer);
    };
    for (const std::string& path : {"/v1/" + name, "/v1/{source}/" + name}) {
      routes.add("POST", path, name, post);
      if (!options.cors_origins.empty()) routes.add("OPTIONS", path, "preflight", preflight);
    }
  }
}

}  // namespace beckon::adapters
