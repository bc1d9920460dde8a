// A list of times, hashes and the like: of most there are one or two, which lie in the list itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace beckon::cep {

/// As large as a vector. Contents are 8 bytes each and copied as bytes. Not copied itself.
template <class T>
class short_list {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) == 8);

 public:
  using iterator = T*;
  using const_iterator = const T*;

  short_list() noexcept = default;
  ~short_list() {
    if (is_apart()) delete[] room_.apart;
  }
  short_list(short_list&& other) noexcept { *this = std::move(other); }
  short_list& operator=(short_list&& other) noexcept {
    std::swap(room_, other.room_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  /// Entries for which it takes memory of its own; 0 while they lie within.
  std::size_t capacity() const noexcept { return is_apart() ? capacity_ : 0; }

  T* data() noexcept { return is_apart() ? room_.apart : room_.within; }
  const T* data() const noexcept { return is_apart() ? room_.apart : room_.within; }
  T* begin() noexcept { return data(); }
  T* end() noexcept { return data() + size_; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size_; }
  const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  const T& front() const noexcept { return data()[0]; }
  const T& back() const noexcept { return data()[size_ - 1]; }

  void push_back(T v) {
    if (size_ == capacity_) grow();
    data()[size_++] = v;
  }

  void erase(iterator first, iterator last) noexcept {
    if (first == last) return;
    std::copy(last, end(), first);
    size_ -= static_cast<std::uint32_t>(last - first);
  }

 private:
  static constexpr std::uint32_t few = 2;
  union room {
    room() noexcept : within{} {}
    T within[few];
    T* apart;
  };

  bool is_apart() const noexcept { return capacity_ > few; }

  void grow() {
    T* const larger = new T[std::size_t{capacity_} * 2];
    std::copy(begin(), end(), larger);
    if (is_apart()) delete[] room_.apart;
    room_.apart = larger;
    capacity_ *= 2;
  }

  room room_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = few;
};

}  // namespace beckon::cep
