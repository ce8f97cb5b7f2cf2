// Library: every registry of the project. main makes one, calls RegisterAll once, and passes it on.
#ifndef T2T_TENSOR2TENSOR_LIBRARY_LIBRARY_H_
#define T2T_TENSOR2TENSOR_LIBRARY_LIBRARY_H_

#include <string>

#include "absl/status/status.h"
#include "modalities/adapters/input_adapter.h"
#include "modalities/codecs/codec.h"
#include "modalities/heads/head.h"
#include "problems/problem.h"
#include "registry/registry.h"
#include "tensor2tensor/models/body.h"
#include "tensor2tensor/models/model.h"
#include "tensor2tensor/models/scheme.h"

namespace t2t {

struct Library {
  Registry<ProblemFactory> problems{"problem"};
  Registry<Modality> modalities{"modality"};
  Registry<AdapterFactory> adapters{"adapter"};
  Registry<HeadFactory> heads{"head"};
  Registry<BodyFactory> bodies{"body"};
  Registry<SchemeFactory> schemes{"scheme"};
  Registry<std::string> presets{"preset"};  // YAML by name: sizes of models, whole runs

  ModelRegistries model_registries() const { return {&bodies, &adapters, &heads}; }
};

// Everything that is in the tree.
absl::Status RegisterAll(Library& library);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_LIBRARY_LIBRARY_H_
