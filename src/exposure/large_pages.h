// SPDX-License-Identifier: Apache-2.0
//
// Room for millions of things, in pages of two megabytes where the system has
// them: first touches of small ones took a third of the time.
#pragma once

#include <cstddef>
#include <vector>

namespace lostletter::exposure {

// A piece of advice, whose refusal changes nothing.
void advise_large(void* begin, std::size_t size);

template <typename Vector>
void reserve_large(Vector& vector, std::size_t count) {
  vector.reserve(count);
  advise_large(vector.data(),
               vector.capacity() * sizeof(typename Vector::value_type));
}

}  // namespace lostletter::exposure
