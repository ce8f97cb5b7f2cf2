# Own targets: one object library for each leaf folder, all joined into libtensor2tensor.so.

set(T2T_GENERATED_HEADERS "${PROJECT_BINARY_DIR}/generated")

set(T2T_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# g++ 12 warns falsely of overlapping copies and of sizes of std::string (GCC bugs 105651, 105329) and of unset members of
# std::optional (GCC bug 80635) when it inlines.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  list(APPEND T2T_WARNINGS -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
endif()

set(t2t_sanitize_flags "")
if(T2T_SANITIZE)
  set(t2t_sanitize_flags -fsanitize=${T2T_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(T2T_SANITIZE STREQUAL thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    list(APPEND t2t_sanitize_flags -Wno-tsan)  # of fences in LibTorch's headers, which it does not see
  endif()
  add_compile_definitions(T2T_SANITIZED)
  add_link_options(-fsanitize=${T2T_SANITIZE})
endif()

function(t2t_compile_options target)
  target_compile_options(${target} PRIVATE ${T2T_WARNINGS} ${t2t_sanitize_flags})
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>"
    "$<BUILD_INTERFACE:${T2T_GENERATED_HEADERS}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tensor2tensor>")
endfunction()

# Reading the headers of others is most of a compiler's work here, so they are precompiled, each set once: tensors and
# modules for those who use torch, what nearly every file includes for the rest, and that with GoogleTest for tests
# without torch. Not <torch/torch.h>: g++ instantiates what it leaves pending in every file again, 9 seconds instead of 5.
#
# Even so each file costs those seconds. Presets with LibTorch that are built whole and once (release, sanitizers) set
# CMAKE_UNITY_BUILD: the files of a folder are compiled as one, so names in the unnamed namespaces of a folder must differ,
# functions of other parameters too, which would overload each other silently. The presets asan-data and debug compile each
# file alone, which shows a missing include.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 0)
set(t2t_std_headers <algorithm> <functional> <map> <memory> <optional> <set> <string> <vector>)
set(t2t_absl_headers <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>)
set(t2t_pch_torch_headers <ATen/ATen.h> <torch/csrc/autograd/custom_function.h> <torch/nn/module.h> ${t2t_std_headers})
set(t2t_pch_torch_libraries t2t_torch absl::status absl::statusor absl::strings)
set(t2t_pch_base_headers ${t2t_std_headers} ${t2t_absl_headers} <nlohmann/json.hpp>)
set(t2t_pch_base_libraries absl::status absl::statusor absl::strings nlohmann_json::nlohmann_json)
set(t2t_pch_test_headers ${t2t_std_headers} ${t2t_absl_headers} <gmock/gmock.h> <gtest/gtest.h>)
set(t2t_pch_test_libraries absl::status absl::statusor absl::strings GTest::gtest GTest::gmock)

# t2t_precompiled(target torch|base|test)
function(t2t_precompiled target kind)
  if(NOT TARGET t2t_pch_${kind})
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/pch_${kind}.cc" CONTENT "// Holds the precompiled header.\n")
    add_library(t2t_pch_${kind} OBJECT "${PROJECT_BINARY_DIR}/pch_${kind}.cc")
    target_link_libraries(t2t_pch_${kind} PUBLIC ${t2t_pch_${kind}_libraries})
    t2t_compile_options(t2t_pch_${kind})
    target_precompile_headers(t2t_pch_${kind} PRIVATE ${t2t_pch_${kind}_headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM t2t_pch_${kind})
endfunction()

# t2t_folder(SOURCES a.cc b.cc HEADERS a.h b.h [DEPENDS folder...] [LINK libs...] [TORCH])
# The object library of the current folder; its name is the folder's path with '_' for '/'.
function(t2t_folder)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;HEADERS;DEPENDS;LINK" ${ARGN})
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REPLACE "/" "_" name "t2t_${folder}")
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES "${PROJECT_BINARY_DIR}/${name}_empty.cc")
    file(CONFIGURE OUTPUT "${ARG_SOURCES}" CONTENT "// The folder has headers only.\n")
  endif()
  add_library(${name} OBJECT ${ARG_SOURCES} ${ARG_HEADERS})
  t2t_compile_options(${name})
  set(closure "${folder}")
  foreach(dependency IN LISTS ARG_DEPENDS)
    string(REPLACE "/" "_" dependency_name "t2t_${dependency}")
    if(NOT TARGET ${dependency_name})
      message(FATAL_ERROR "${folder} depends on ${dependency}, which stands above it or does not exist")
    endif()
    target_link_libraries(${name} PUBLIC ${dependency_name})
    get_property(theirs GLOBAL PROPERTY t2t_closure_${dependency_name})
    list(APPEND closure ${theirs})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  set_property(GLOBAL PROPERTY t2t_closure_${name} "${closure}")
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_TORCH)
    target_link_libraries(${name} PUBLIC t2t_torch)
    t2t_precompiled(${name} torch)
  else()
    t2t_precompiled(${name} base)
  endif()
  set_property(GLOBAL APPEND PROPERTY t2t_folders ${name})
  foreach(header IN LISTS ARG_HEADERS)
    set_property(GLOBAL APPEND PROPERTY t2t_headers "${folder}/${header}")
  endforeach()
  t2t_check_direction("${folder}" "${closure}" ${ARG_SOURCES} ${ARG_HEADERS})
endfunction()

# Refuses an #include of a folder that is not below this one.
function(t2t_check_direction folder closure)
  foreach(file IN LISTS ARGN)
    if(NOT IS_ABSOLUTE "${file}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" includes REGEX "^#include \"")
      foreach(line IN LISTS includes)
        string(REGEX REPLACE "^#include \"(.*)/[^/]*\".*" "\\1" included "${line}")
        if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/${included}" AND NOT included IN_LIST closure)
          message(FATAL_ERROR "${folder}/${file} has ${line}: ${included} is not among its DEPENDS")
        endif()
      endforeach()
    endif()
  endforeach()
endfunction()

# Joins the folders into the one shared library that the program, tests and plug-ins link. In this tree
# whoever links it sees every library that a folder names; an installed one asks only for those that its
# headers include (tests/install compiles them all).
function(t2t_join_library)
  get_property(folders GLOBAL PROPERTY t2t_folders)
  add_library(tensor2tensor SHARED)
  add_library(tensor2tensor::tensor2tensor ALIAS tensor2tensor)
  set(libraries "")
  foreach(folder IN LISTS folders)
    get_target_property(theirs ${folder} INTERFACE_LINK_LIBRARIES)
    if(theirs)
      list(APPEND libraries ${theirs})
    endif()
  endforeach()
  list(REMOVE_ITEM libraries ${folders})
  list(REMOVE_DUPLICATES libraries)
  set(installed ${libraries})
  list(FILTER installed INCLUDE REGEX "^absl::")
  if(T2T_WITH_TORCH)
    list(APPEND installed tensor2tensor::torch)  # tensor2tensorConfig.cmake defines it
  endif()
  target_link_libraries(tensor2tensor PRIVATE ${folders}
    INTERFACE "$<BUILD_INTERFACE:${libraries}>" "$<INSTALL_INTERFACE:${installed}>")
  t2t_compile_options(tensor2tensor)
  target_compile_features(tensor2tensor PUBLIC cxx_std_20)
  set_target_properties(tensor2tensor PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINKER_LANGUAGE CXX)
endfunction()

# t2t_program(name PRECOMPILED torch|base|test SOURCES ...): an executable on libtensor2tensor.so.
function(t2t_program name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  t2t_compile_options(${name})
  # The precompiled header is made with -fPIC, and gcc takes no other than one of the same kind.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC)
  target_link_libraries(${name} PRIVATE tensor2tensor ${ARG_LINK})
  t2t_precompiled(${name} ${ARG_PRECOMPILED})
endfunction()

# t2t_test(name SOURCES ... [LABELS fast|slow] [TORCH]): one test program for a folder, and one ctest. Those with
# TORCH are left out of a build without it.
function(t2t_test name)
  cmake_parse_arguments(ARG "TORCH" "TIMEOUT" "SOURCES;LABELS;LINK" ${ARGN})
  if(ARG_TORCH AND NOT T2T_WITH_TORCH)
    return()
  endif()
  set(precompiled test)
  if(ARG_TORCH)
    set(precompiled torch)
  endif()
  t2t_program(${name} PRECOMPILED ${precompiled} SOURCES ${ARG_SOURCES}
    LINK ${ARG_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  # The library is what must be fast; a test is compiled once and run once.
  if(CMAKE_BUILD_TYPE STREQUAL Release)
    target_compile_options(${name} PRIVATE -O1)
  endif()
  target_compile_definitions(${name} PRIVATE T2T_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 900)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
