// The codec of images: the bytes of an image file <-> square patches, or single subpixels, with their places in the picture.
//
//   photo: {modality: image, size: 64, patch: 8}
//   digit: {modality: image, height: 28, width: 28, patch: 4, channels: 1}
//   scene: {modality: image, size: 96, patch: 8, fit: crop,
//           augment: {flip: true, shift: 4, crop: 0.2}}
//   drawn: {modality: image, size: 28, channels: 1, units: pixels}
//
// Patches: a frame is one patch: its rows, in them its columns, in them the channels; (value - mean) / std. Frames go
// from left to right, then down; positions are (row, column).
// Pixels: an id is the brightness of one subpixel, 0 to 255, of at most 4,096; from left to right, then down, the channels of
// a pixel one after the other; positions are (row, column), of colour (row, column, channel). A likelihood of them is one of the
// picture at the model's size, in bits per subpixel ("bits per dimension").
//
// Raw units are the subpixels at the model's size, height x width x channels: those of the file say nothing about what the
// model sees.
//
// Decode gives a PNG. An image that has the model's size, no alpha and 8 bits comes back exactly;
// any other one resized.
#ifndef T2T_MODALITIES_CODECS_IMAGE_CODEC_H_
#define T2T_MODALITIES_CODECS_IMAGE_CODEC_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeImageCodec(Binder& options);

// Grey noise for Modality::sample, 12 wide and 10 or more high, as PNG.
absl::StatusOr<Value> SampleImage(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_IMAGE_CODEC_H_
