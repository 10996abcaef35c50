<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Promise">
<richcontent TYPE="NOTE"><html>
  <head>
    
  </head>
  <body>
    <p>
      City: 45 minutes
    </p>
    <p>
      
    </p>
    <p>
      Suburb: 90 minutes
    </p>
  </body>
</html>
</richcontent>
</node>
</map>