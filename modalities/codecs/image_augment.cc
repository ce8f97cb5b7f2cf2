#include "modalities/codecs/image_augment.h"

#include <algorithm>
#include <cmath>

#include "modalities/codecs/option_error.h"
#include "random/philox.h"

namespace t2t {
namespace {

// In [-most, most].
int64_t Offset(Philox* random, int64_t most) {
  return static_cast<int64_t>(random->Below(static_cast<uint64_t>(2 * most + 1))) - most;
}

}  // namespace

absl::Status ImageAugment::Bind(Binder& options) {
  options.Field("flip", &flip, "mirror half of the training images left to right");
  options.Field("shift", &shift, "move training images by up to so many pixels on each axis");
  options.Field("crop", &crop,
                "cut up to this share of height and width away and enlarge the rest");
  if (shift < 0 || shift > 4096)
    return OptionError(options, "shift", "must be from 0 to 4096 pixels");
  if (!(crop >= 0 && crop < 1)) return OptionError(options, "crop", "must be from 0 to below 1");
  return absl::OkStatus();
}

Window RandomWindow(int64_t height, int64_t width, const ImageAugment& augment,
                    uint64_t random_key) {
  if (augment.crop <= 0) return {0, 0, height, width};
  Philox random(RandomKey(random_key).With("crop"));
  const double kept = 1 - augment.crop * random.Uniform();
  const auto part = [&](int64_t size) {
    return std::clamp<int64_t>(std::llround(static_cast<double>(size) * kept), 1, size);
  };
  Window window;
  window.height = part(height);
  window.width = part(width);
  window.top =
      static_cast<int64_t>(random.Below(static_cast<uint64_t>(height - window.height + 1)));
  window.left = static_cast<int64_t>(random.Below(static_cast<uint64_t>(width - window.width + 1)));
  return window;
}

Pixels RandomFlipAndShift(Pixels pixels, const ImageAugment& augment, uint64_t random_key) {
  const bool flip = augment.flip && Philox(RandomKey(random_key).With("flip")).Below(2) == 1;
  Philox random(RandomKey(random_key).With("shift"));
  const int64_t down = Offset(&random, augment.shift), right = Offset(&random, augment.shift);
  if (!flip && down == 0 && right == 0) return pixels;
  Pixels result = pixels;
  for (int64_t row = 0; row < pixels.height; ++row) {
    const int64_t from_row = std::clamp<int64_t>(row - down, 0, pixels.height - 1);
    for (int64_t column = 0; column < pixels.width; ++column) {
      int64_t from_column = std::clamp<int64_t>(column - right, 0, pixels.width - 1);
      if (flip) from_column = pixels.width - 1 - from_column;
      for (int64_t c = 0; c < pixels.channels; ++c) {
        result.at(row, column, c) = pixels.at(from_row, from_column, c);
      }
    }
  }
  return result;
}

}  // namespace t2t
