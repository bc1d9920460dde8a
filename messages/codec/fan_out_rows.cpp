#include "messages/codec/fan_out_rows.hpp"

#include <limits>
#include <utility>

#include "beckon/v1/commit.pb.h"
#include "messages/codec/field_codec.hpp"

namespace beckon::codec {
namespace {

template <class Message>
bool parse(Message& out, std::string_view bytes) {
  return bytes.size() <= std::numeric_limits<int>::max() &&
         out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::string encode_job(const epoch::fan_out_job& job) {
  v1::JobRow out;
  out.set_occurrence(to_bytes(job.occurrence));
  out.mutable_owner()->set_kind(job.owner.kind);
  out.mutable_owner()->set_id(job.owner.id);
  out.set_rule(job.rule);
  out.set_rule_version(job.rule_version);
  out.set_relation(job.relation);
  out.set_key(job.key);
  out.set_fired_ms(to_ms(job.fired));
  if (job.arrival != beginning) out.set_arrival_ms(to_ms(job.arrival));
  to_proto(job.returns, out.mutable_returns());
  out.set_told_up_to(job.told_up_to);
  out.set_told(job.told);
  return out.SerializeAsString();
}

result<epoch::fan_out_job> decode_job(std::string_view bytes) {
  v1::JobRow in;
  const auto damaged = error{errc::corrupt, "the bytes are no job row"};
  if (!parse(in, bytes)) return damaged;
  const auto occurrence = hash_from_bytes(in.occurrence());
  if (!occurrence) return damaged;
  epoch::fan_out_job job;
  job.occurrence = *occurrence;
  job.owner = {std::move(*in.mutable_owner()->mutable_kind()),
               std::move(*in.mutable_owner()->mutable_id())};
  job.rule = std::move(*in.mutable_rule());
  job.rule_version = std::move(*in.mutable_rule_version());
  job.relation = std::move(*in.mutable_relation());
  job.key = std::move(*in.mutable_key());
  job.fired = from_ms(in.fired_ms());
  job.arrival = in.arrival_ms() == 0 ? beginning : from_ms(in.arrival_ms());
  job.returns = from_proto(in.returns());
  job.told_up_to = std::move(*in.mutable_told_up_to());
  job.told = in.told();
  return job;
}

std::string encode_derived(const derived_row& row) {
  v1::DerivedRow out;
  out.set_partition(row.partition);
  out.set_body(row.body);
  return out.SerializeAsString();
}

result<derived_row> decode_derived(std::string_view bytes) {
  v1::DerivedRow in;
  if (!parse(in, bytes)) return error{errc::corrupt, "the bytes are no derived row"};
  return derived_row{in.partition(), std::move(*in.mutable_body())};
}

}  // namespace beckon::codec
