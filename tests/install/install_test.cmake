# cmake -DBUILD= -DSOURCE= -DWORK= -DGENERATOR= -DCOMPILER= -DHEADERS= -P install_test.cmake
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGV}\nended with ${code}:\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/first")
# Moved once: an installed tree may not remember where it was put.
file(RENAME "${WORK}/first" "${WORK}/prefix")

configure_file("${SOURCE}/other_project.cmake" "${WORK}/source/CMakeLists.txt" COPYONLY)
configure_file("${SOURCE}/main.cc" "${WORK}/source/main.cc" COPYONLY)
list(TRANSFORM HEADERS REPLACE "(.+)" "#include \"\\1\"")
list(JOIN HEADERS "\n" includes)
file(WRITE "${WORK}/source/every_header.cc" "${includes}\n")

run("${CMAKE_COMMAND}" -S "${WORK}/source" -B "${WORK}/build" -G "${GENERATOR}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${WORK}/build/main")
if(NOT said STREQUAL "did you mean 'transformer'?\n")
  message(FATAL_ERROR "the other project's program said: ${said}")
endif()
if(EXISTS "${WORK}/prefix/bin/t2t")
  run("${WORK}/prefix/bin/t2t" --help)
endif()
