#include "messages/codec/track_parts.hpp"

#include <utility>

#include "beckon/v1/track.pb.h"

namespace beckon::codec {

std::vector<std::string> track_parts(std::string batch, std::size_t most) {
  std::vector<std::string> out;
  v1::TrackBatch whole;
  if (batch.size() <= most || !whole.ParseFromArray(batch.data(), static_cast<int>(batch.size()))) {
    out.push_back(std::move(batch));
    return out;
  }
  v1::TrackBatch part;
  std::size_t bytes = 0;
  const auto close = [&] {
    part.set_partition(whole.partition());
    part.set_epoch(whole.epoch());
    out.push_back(part.SerializeAsString());
    part.Clear();
    bytes = 0;
  };
  for (auto& record : *whole.mutable_records()) {
    const std::size_t size = record.ByteSizeLong();
    if (bytes > 0 && bytes + size > most) close();
    bytes += size;
    part.add_records()->Swap(&record);
  }
  close();
  return out;
}

}  // namespace beckon::codec
