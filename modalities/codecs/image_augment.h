// Random changes of a training image. All randomness comes from the key, each kind from its own.
#ifndef T2T_MODALITIES_CODECS_IMAGE_AUGMENT_H_
#define T2T_MODALITIES_CODECS_IMAGE_AUGMENT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "modalities/codecs/pixels.h"
#include "registry/config.h"

namespace t2t {

struct ImageAugment {
  bool flip = false;  // half of the images are mirrored left to right
  int64_t shift =
      0;  // moved by up to so many pixels up or down and left or right; the border is repeated
  double crop =
      0;  // a window that leaves up to this share of height and width out takes the image's place

  absl::Status Bind(Binder& options);
};

// The random window of the image as it came. All of it where crop is 0.
Window RandomWindow(int64_t height, int64_t width, const ImageAugment& augment,
                    uint64_t random_key);

// Mirrored and shifted, at the model's size.
Pixels RandomFlipAndShift(Pixels pixels, const ImageAugment& augment, uint64_t random_key);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_IMAGE_AUGMENT_H_
