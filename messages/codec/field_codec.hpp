// Named values between the engine and the wire: event attributes, profiles, returns, compared
// numbers. Pure functions; any thread.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "beckon/v1/event.pb.h"
#include "engine/base/value.hpp"

namespace beckon::codec {

/// Lists inside lists deeper than this are cut to NULL on both ways.
inline constexpr int deepest_list = 16;

/// Sets the content of `out`; its name is left alone. NULL clears the content.
void to_proto(const value& in, v1::Field& out);

/// Appends the fields to `out`, in order.
void to_proto(const field_list& in, google::protobuf::RepeatedPtrField<v1::Field>* out);

/// A field's value; no content or a content this version does not know: NULL.
value value_from_proto(const v1::Field& in);

/// All fields, in order; names may repeat as they did on the wire.
field_list from_proto(const google::protobuf::RepeatedPtrField<v1::Field>& in);

}  // namespace beckon::codec
