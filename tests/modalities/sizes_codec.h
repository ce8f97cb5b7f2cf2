// A codec that encodes nothing: for what is made of a codec's sizes alone.
#ifndef T2T_TESTS_MODALITIES_SIZES_CODEC_H_
#define T2T_TESTS_MODALITIES_SIZES_CODEC_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "modalities/codecs/codec.h"

namespace t2t {

class SizesCodec : public Codec {
 public:
  SizesCodec(int64_t vocabulary_size, int64_t frame_width, std::vector<int64_t> extent)
      : vocabulary_size_(vocabulary_size), frame_width_(frame_width), extent_(std::move(extent)) {}
  absl::StatusOr<Units> Encode(const Value&, const EncodeOptions&) const override {
    return absl::UnimplementedError("sizes only");
  }
  std::string Show(const Value&) const override { return ""; }
  int64_t vocabulary_size() const override { return vocabulary_size_; }
  int64_t frame_width() const override { return frame_width_; }
  std::vector<int64_t> extent() const override { return extent_; }
  std::string raw_unit() const override { return "unit"; }
  std::string Describe() const override { return "the codec of this test"; }

 private:
  int64_t vocabulary_size_, frame_width_;
  std::vector<int64_t> extent_;
};

}  // namespace t2t

#endif  // T2T_TESTS_MODALITIES_SIZES_CODEC_H_
