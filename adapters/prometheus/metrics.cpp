#include "adapters/prometheus/metrics.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <sstream>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <prometheus/check_names.h>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "adapters/prometheus/process.hpp"

namespace beckon::adapters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// Instances of one name and label set.
template <class Probe>
using instances = std::deque<Probe>;

template <class Probe>
using series = std::map<port::labels, instances<Probe>>;

/// All probes of one name.
struct family {
  std::string help;
  std::variant<series<port::counter>, series<port::gauge>, series<port::histogram>> content;
};

void add_up(const instances<port::counter>& all, ClientMetric& out) {
  for (const auto& one : all) out.counter.value += static_cast<double>(one.value());
}

void add_up(const instances<port::gauge>& all, ClientMetric& out) {
  for (const auto& one : all) out.gauge.value += static_cast<double>(one.value());
}

/// The buckets are read one by one while others count: the total is their sum, so that they always
/// agree.
void add_up(const instances<port::histogram>& all, ClientMetric& out) {
  constexpr auto& bounds = port::histogram::bounds;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    for (const auto& one : all) so_far += one.bucket(i);
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    out.histogram.bucket.push_back({so_far, bound});
  }
  out.histogram.sample_count = so_far;
  for (const auto& one : all) out.histogram.sample_sum += one.sum();
}

MetricType type_of(const family& f) {
  constexpr MetricType types[] = {MetricType::Counter, MetricType::Gauge, MetricType::Histogram};
  return types[f.content.index()];
}

MetricFamily read(const std::string& name, const family& f) {
  MetricFamily out{name, f.help, type_of(f), {}};
  std::visit(
      [&out](const auto& all) {
        for (const auto& [labels, probes] : all) {
          ClientMetric metric;
          for (const auto& [label, content] : labels) metric.label.push_back({label, content});
          add_up(probes, metric);
          out.metric.push_back(std::move(metric));
        }
      },
      f.content);
  return out;
}

/// What Prometheus would refuse, or "".
std::string refuse(const std::string& name, const port::labels& sorted, bool histogram) {
  if (!prometheus::CheckMetricName(name)) return "'" + name + "' is no name for a metric";
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::string& label = sorted[i].first;
    if (!prometheus::CheckLabelName(label) || (histogram && label == "le")) {
      return "metric '" + name + "': '" + label + "' is no name for a label";
    }
    if (i > 0 && sorted[i - 1].first == label) {
      return "metric '" + name + "' has the label '" + label + "' twice";
    }
  }
  return "";
}

}  // namespace

class prometheus_metrics::registry final : public prometheus::Collectable {
 public:
  explicit registry(build_description build) : build_(std::move(build)) {}

  template <class Probe>
  Probe& make(const std::string& name, const std::string& help, port::labels labels) {
    const std::lock_guard hold(mutex_);
    std::sort(labels.begin(), labels.end());
    std::string wrong = refuse(name, labels, std::is_same_v<Probe, port::histogram>);
    if (wrong.empty()) {
      const auto at = families_.try_emplace(name, family{help, series<Probe>{}}).first;
      if (auto* all = std::get_if<series<Probe>>(&at->second.content)) {
        return (*all)[std::move(labels)].emplace_back();
      }
      wrong = "metric '" + name + "' is of two kinds";
    }
    problems_.push_back(std::move(wrong));
    return std::get<instances<Probe>>(unread_).emplace_back();
  }

  std::vector<std::string> problems() const {
    const std::lock_guard hold(mutex_);
    return problems_;
  }

  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> out = describe_process();
    MetricFamily build{
        "beckon_build_info", "The program that runs; always 1.", MetricType::Gauge, {}};
    ClientMetric one;
    one.label = {{"revision", build_.revision}, {"version", build_.version}};
    one.gauge.value = 1;
    build.metric.push_back(std::move(one));
    out.push_back(std::move(build));
    const std::lock_guard hold(mutex_);
    for (const auto& [name, content] : families_) out.push_back(read(name, content));
    return out;
  }

 private:
  build_description build_;
  mutable std::mutex mutex_;
  std::map<std::string, family> families_;
  std::vector<std::string> problems_;
  std::tuple<instances<port::counter>, instances<port::gauge>, instances<port::histogram>> unread_;
};

prometheus_metrics::prometheus_metrics(build_description build)
    : registry_(std::make_unique<registry>(std::move(build))) {}

prometheus_metrics::~prometheus_metrics() = default;

port::counter& prometheus_metrics::make_counter(const std::string& name, const std::string& help,
                                                port::labels l) {
  return registry_->make<port::counter>(name, help, std::move(l));
}

port::gauge& prometheus_metrics::make_gauge(const std::string& name, const std::string& help,
                                            port::labels l) {
  return registry_->make<port::gauge>(name, help, std::move(l));
}

port::histogram& prometheus_metrics::make_histogram(const std::string& name,
                                                    const std::string& help, port::labels l) {
  return registry_->make<port::histogram>(name, help, std::move(l));
}

std::vector<std::string> prometheus_metrics::problems() const {
  return registry_->problems();
}

std::string prometheus_metrics::exposition() const {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, registry_->Collect());
  return std::move(out).str();
}

}  // namespace beckon::adapters
