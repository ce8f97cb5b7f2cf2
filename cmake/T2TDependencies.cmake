# Third-party libraries (design.md names one for each job). All headers of theirs are SYSTEM.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(sentencepiece REQUIRED IMPORTED_TARGET sentencepiece)
pkg_check_modules(archive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(jpeg REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
# Its -pthread is another set of definitions than that of the precompiled headers.
set_property(TARGET PkgConfig::re2 PROPERTY INTERFACE_COMPILE_OPTIONS "")
pkg_check_modules(samplerate REQUIRED IMPORTED_TARGET samplerate)
pkg_check_modules(sndfile REQUIRED IMPORTED_TARGET sndfile)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_reader.hpp REQUIRED)

add_library(t2t_protozero INTERFACE)
target_include_directories(t2t_protozero SYSTEM INTERFACE "${PROTOZERO_INCLUDE_DIR}")
include(T2TOpenCV)

# What results record beside LibTorch's version.
string(CONCAT t2t_library_versions "Abseil ${absl_VERSION}, OpenCV ${t2t_opencv_version}, "
  "SentencePiece ${sentencepiece_VERSION}, libarchive ${archive_VERSION}, libsamplerate ${samplerate_VERSION}, "
  "libsndfile ${sndfile_VERSION}, utf8proc ${utf8proc_VERSION}, yaml-cpp ${yaml-cpp_VERSION}")

if(T2T_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()

if(T2T_WITH_TORCH)
  include(T2TTorch)
endif()
