// The codec of text: UTF-8 <-> token ids by a vocabulary of bytes, characters, words or subwords.
//
//   caption: {modality: text, vocab: {kind: sentencepiece, size: 4000}}
//   phones:  {modality: text, vocab: {kind: word}}
//   letters: {modality: text, vocab: {kind: char, size: 400, min_count: 2}}
//   raw:     {modality: text, vocab: {kind: byte}}
//   foreign: {modality: text, vocab: {kind: sentencepiece, file: xx.model}}
//   older:   {modality: text, vocab: {kind: subwords, file: vocab.translate_ende_wmt32k.32768.subwords}}
//
// A raw unit is a byte. The vocabulary has no padding, start or stop ids: a scheme adds its own.
#ifndef T2T_MODALITIES_CODECS_TEXT_CODEC_H_
#define T2T_MODALITIES_CODECS_TEXT_CODEC_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Codec>> MakeTextCodec(Binder& options);

// Some words for Modality::sample.
absl::StatusOr<Value> SampleText(const Codec& codec, int64_t number);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_TEXT_CODEC_H_
