// Events by HTTP, in Segment's shape:
//
//   POST /v1/track /v1/identify /v1/page /v1/screen   one item                       202, or 400
//   with its pointer POST /v1/batch                                    {"batch":[…]} or […] 202
//   when any item was taken POST /v1/{source}/…                               the same for a named
//   source    (else `?source=`, key, default)
//
// 202 comes when the source has acknowledged; 400 malformed or nothing taken; 401, 403 write keys;
// 404 unknown source; 413 too large; 415 neither JSON nor gzip of it; 503 with Retry-After when the
// source cannot take it now.
#pragma once

#include "adapters/http/listener/routes.hpp"
#include "adapters/http/options.hpp"
#include "messages/port/ingest.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::adapters {

/// `ingest` and `probes` must outlive the routes and their answers.
void add_ingest_routes(http_routes& routes, const http_options& options, port::ingest& ingest,
                       port::metrics& probes);

}  // namespace beckon::adapters
