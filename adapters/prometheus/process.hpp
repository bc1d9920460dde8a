// The figures every Prometheus client gives of its own process, read from /proc at each scrape.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

namespace beckon::adapters {

/// Resident memory, processor time, open and allowed file descriptors, start time. Figures that
/// cannot be read are left out. Any thread.
std::vector<prometheus::MetricFamily> describe_process();

}  // namespace beckon::adapters
