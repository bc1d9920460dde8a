# Script: writes a C++ source that holds files as text. -DOUT=… -DROOT=… -DNAME=function -DFILES="a;b"
set(body "")
foreach(file ${FILES})
  file(READ "${ROOT}/${file}" text)
  string(APPEND body "      {\"${file}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE "${OUT}" "// Made from files by ops/cmake/embed.cmake.\n#include \"topology/dev/embedded.hpp\"\n\nnamespace beckon::topology {\n\nconst std::vector<embedded_file>& ${NAME}() {\n  static const std::vector<embedded_file> files = {\n${body}  };\n  return files;\n}\n\n}  // namespace beckon::topology\n")
