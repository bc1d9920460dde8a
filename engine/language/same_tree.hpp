// Whether two trees say the same, wherever their words stand: what formatting must keep.
#pragma once

#include "engine/language/tree.hpp"

namespace beckon::language {

bool same_tree(const syntax& a, const syntax& b);
bool same_tree(const file_syntax& a, const file_syntax& b);

}  // namespace beckon::language
